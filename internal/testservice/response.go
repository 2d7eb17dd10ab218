package testservice

import (
	"fmt"
	"net/http"
	"strings"
)

// Document returns a document of flags. Each flag gives every user a variant
// with the value.
func Document(value string, flagKeys ...string) string {
	const flag = `{"key":%q,"segments":[{"variant":"v"}],"variants":{"v":{"key":"v","value":%q}}}`
	entries := make([]string, len(flagKeys))
	for i, key := range flagKeys {
		entries[i] = fmt.Sprintf(flag, key, value)
	}
	return "[" + strings.Join(entries, ",") + "]"
}

// Flags returns a response whose body is a Document.
func Flags(value string, flagKeys ...string) http.HandlerFunc {
	return Body(Document(value, flagKeys...))
}

// Body returns a response with status 200 and without an ETag.
func Body(body string) http.HandlerFunc { return BodyWithETag(body, "") }

// BodyWithETag returns a response with status 200 and, unless it is empty, the
// ETag.
func BodyWithETag(body, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		_, _ = w.Write([]byte(body))
	}
}

// Status returns a response without a body.
func Status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// Truncated responds with less of a body than it declares.
func Truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`[{"key":"f"`))
}

// Oversized responds with a declared length above every limit.
func Oversized(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000000000")
	w.WriteHeader(http.StatusOK)
}
