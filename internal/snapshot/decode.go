package snapshot

import (
	"bytes"
	"encoding/json"
	"unique"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/variants"
)

// decodeVariant decodes an outcome as json.Unmarshal does, but in a tenth of the
// time: when flags change, users want thousands of outcomes at once.
func decodeVariant(text []byte) (variant experiment.Variant, err error) {
	in := reader{text: text}
	if in.variant(&variant) && in.at == len(text) {
		return variant, nil
	}
	variant = experiment.Variant{}
	err = json.Unmarshal(text, &variant)
	return variant, err
}

// reader reads JSON, of which it is known that it is valid, where that is easy: it
// gives up at escapes, white space, and whatever else is not usual.
type reader struct {
	text []byte
	at   int
	// common says that the texts at hand are likely to be in other outcomes too, which
	// then share one.
	common bool
}

// easyDepth is how deep a reader goes.
const easyDepth = 16

// variant reads {"key":..,"value":..,"payload":..,"metadata":..}, as the core writes it.
func (r *reader) variant(v *experiment.Variant) bool {
	r.common = true
	if !r.skip(`{"key":`) || !r.string(&v.Key) {
		return false
	}
	if r.skip(`,"value":`) && !r.string(&v.Value) {
		return false
	}
	if r.skip(`,"payload":`) {
		r.common = false
		if !r.value(&v.Payload, easyDepth) {
			return false
		}
		r.common = true
	}
	if r.skip(`,"metadata":`) {
		var metadata any
		if !r.value(&metadata, easyDepth) {
			return false
		}
		v.Metadata, _ = metadata.(map[string]any)
	}
	return r.skip("}")
}

// skip steps over a token if it is at hand.
func (r *reader) skip(token string) bool {
	if !bytes.HasPrefix(r.text[r.at:], []byte(token)) {
		return false
	}
	r.at += len(token)
	return true
}

func (r *reader) string(s *string) bool {
	if !r.skip(`"`) {
		return false
	}
	n := bytes.IndexByte(r.text[r.at:], '"')
	if n < 0 || bytes.IndexByte(r.text[r.at:r.at+n], '\\') >= 0 {
		return false
	}
	*s = string(r.text[r.at : r.at+n])
	if r.common {
		*s = unique.Make(*s).Value()
	}
	r.at += n + 1
	return true
}

func (r *reader) value(v *any, depth int) bool {
	if depth == 0 || r.at == len(r.text) {
		return false
	}
	switch r.text[r.at] {
	case '"':
		var s string
		ok := r.string(&s)
		if r.common {
			*v = unique.Make(any(s)).Value() // one interface for all, too
		} else {
			*v = s
		}
		return ok
	case '{':
		return r.object(v, depth)
	case '[':
		return r.array(v, depth)
	case 't':
		*v = true
		return r.skip("true")
	case 'f':
		*v = false
		return r.skip("false")
	case 'n':
		*v = nil
		return r.skip("null")
	}
	return r.number(v)
}

func (r *reader) object(v *any, depth int) bool {
	object := map[string]any{}
	*v = object
	r.at++
	if r.skip("}") {
		return true
	}
	common := r.common
	for {
		var name string
		var member any
		r.common = true // names are
		ok := r.string(&name)
		r.common = common
		if !ok || !r.skip(":") || !r.value(&member, depth-1) {
			return false
		}
		object[name] = member
		if !r.skip(",") {
			return r.skip("}")
		}
	}
}

func (r *reader) array(v *any, depth int) bool {
	array := []any{}
	r.at++
	for !r.skip("]") {
		if len(array) > 0 && !r.skip(",") {
			return false
		}
		var item any
		if !r.value(&item, depth-1) {
			return false
		}
		array = append(array, item)
	}
	*v = array
	return true
}

func (r *reader) number(v *any) bool {
	start := r.at
	for r.at < len(r.text) && bytes.IndexByte([]byte("+-.0123456789Ee"), r.text[r.at]) >= 0 {
		r.at++
	}
	*v = variants.Number(string(r.text[start:r.at]))
	if r.common {
		*v = unique.Make(*v).Value()
	}
	return r.at > start
}
