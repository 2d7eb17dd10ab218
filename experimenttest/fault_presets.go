package experimenttest

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Reset returns a fault that resets the connection instead of a response.
func Reset() Fault { return Fault{Drop: true, Ending: EndByReset} }

// Hang returns a fault without a response: the connection stays open and works,
// but the request is never answered.
func Hang() Fault { return Fault{Drop: true, Ending: EndByStalling} }

// BlackHole returns a fault whose connection goes dead instead of a response,
// as EndByBlackHole describes.
func BlackHole() Fault { return Fault{Drop: true, Ending: EndByBlackHole} }

// Drip returns a fault that sends n bytes of the body at a time, one piece
// every interval.
func Drip(n int, interval time.Duration) Fault { return Fault{DripBytes: n, DripInterval: interval} }

// Garbage returns a fault with status 200 and a body that is not JSON.
func Garbage() Fault {
	return Fault{
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   []byte("[{\"key\":\x00\xff\xfe <html>this is not the service\r\n"),
	}
}

// GarbageEvent returns a fault of a stream with status 200 and one event whose
// data is not JSON. The stream then ends.
func GarbageEvent() Fault {
	return Fault{
		Header: http.Header{"Content-Type": {eventStream}},
		Body:   []byte("data: [{\"key\":\xff <html>\n\n"),
	}
}

// WrongLength returns a fault whose Content-Length is wrong by offset bytes:
// too large if offset is positive, too small if it is negative.
func WrongLength(offset int) Fault { return Fault{LengthOffset: offset} }

// Endless returns a fault whose body repeats until the client goes away.
func Endless() Fault { return Fault{Endless: true} }

// TooManyRequests returns a fault with status 429, for this many requests in a
// row. Retry-After asks for the given wait, in whole seconds, rounded up.
func TooManyRequests(retryAfter time.Duration, times int) Fault {
	seconds := int(math.Ceil(retryAfter.Seconds()))
	return Fault{
		Status: http.StatusTooManyRequests,
		Header: http.Header{"Retry-After": {strconv.Itoa(seconds)}},
		Times:  times,
	}
}

// CutStream returns a fault that ends a stream after n documents by closing its
// connection, in the middle of the response as HTTP sees it.
func CutStream(n int) Fault { return Fault{CutEvents: orNone(n)} }

// EndStream returns a fault that ends a stream cleanly after n documents.
func EndStream(n int) Fault { return Fault{CutEvents: orNone(n), Ending: EndCleanly} }

// SilenceStream returns a fault after which a stream sends nothing, not even
// keepalives, once it has sent n documents.
func SilenceStream(n int) Fault { return Fault{CutEvents: orNone(n), Ending: EndByStalling} }

// orNone returns the CutEvents after n documents, since 0 does not cut.
func orNone(n int) int {
	if n == 0 {
		return -1
	}
	return n
}
