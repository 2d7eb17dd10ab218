package jsonvalue_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

type (
	named       string
	namedMap    map[string]any
	marshaler   struct{ json string }
	textual     struct{ text string }
	panicking   struct{}
	failing     struct{}
	address     struct{ City, Street string }
	selfReading struct{ Self *selfReading }
)

func (m marshaler) MarshalJSON() ([]byte, error) { return []byte(m.json), nil }
func (m textual) MarshalText() ([]byte, error)   { return []byte(m.text), nil }
func (panicking) MarshalJSON() ([]byte, error)   { panic("out of order") }
func (failing) MarshalJSON() ([]byte, error)     { return nil, errors.New("not today") }

var _ encoding.TextMarshaler = textual{}

func pointer[T any](v T) *T { return &v }

// nested returns a value within a number of arrays.
func nested(depth int, value any) any {
	for range depth {
		value = []any{value}
	}
	return value
}

// valueTest is a value and the JSON that Append writes for it.
type valueTest struct {
	name  string
	value any
	want  string
}

// testAppend checks that Append appends the wanted JSON of each value.
func testAppend(t *testing.T, tests []valueTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jsonvalue.Append([]byte("before"), tt.value)
			require.NoError(t, err)
			assert.Equal(t, "before"+tt.want, string(got))
		})
	}
}

func TestAppend_WritesEveryKindOfValue(t *testing.T) {
	testAppend(t, []valueTest{
		{"nil", nil, `null`},
		{"true", true, `true`},
		{"false", false, `false`},

		{"[]string", []string{"a", "", "\n"}, `["a","","\u000a"]`},
		{"empty []string", []string{}, `[]`},
		{"nil []string", []string(nil), `null`},
		{"[]any", []any{"a", 1, nil, []any{true}, map[string]any{"k": 1.5}}, `["a",1,null,[true],{"k":1.5}]`},
		{"empty []any", []any{}, `[]`},
		{"nil []any", []any(nil), `null`},
		{"[]int", []int{1, 2}, `[1,2]`},
		{"[]byte", []byte("abc"), `"YWJj"`},
		{"array", [2]bool{true, false}, `[true,false]`},
		{"arrays below maxFastDepth", nested(34, "<"), strings.Repeat("[", 34) + `"<"` + strings.Repeat("]", 34)},

		{"map[string]any", map[string]any{"b": 1, "a": map[string]any{}, "": nil}, `{"":null,"a":{},"b":1}`},
		{"nil map", map[string]any(nil), `null`},
		{"map of ints", map[int]string{2: "b", 1: "a"}, `{"1":"a","2":"b"}`},
		{"named map", namedMap{"b": "<", "a": 1}, `{"a":1,"b":"<"}`},
		{"struct", address{"Oslo", "<>"}, `{"City":"Oslo","Street":"<>"}`},

		{"named string", named("n"), `"n"`},
		{"pointer", pointer("p"), `"p"`},
		{"nil pointer", (*string)(nil), `null`},
		{"nil pointer with a method", (*time.Time)(nil), `null`},
		{"time", time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), `"2026-01-02T03:04:05.000006Z"`},
		{"duration", time.Second, `1000000000`},
		{"json.Marshaler", marshaler{` {"k" : [1 , 2]} `}, `{"k":[1,2]}`},
		{"json.Marshaler with HTML", marshaler{`"<"`}, `"<"`},
		{"json.Marshaler whose JSON is not UTF-8", marshaler{"\"\xff\xfe\""}, "\"\ufffd\ufffd\""},
		{"encoding.TextMarshaler", textual{"<t>"}, `"<t>"`},
		{"json.RawMessage", json.RawMessage(` [1, "a"] `), `[1,"a"]`},
		{"nil json.RawMessage", json.RawMessage(nil), `null`},
	})
}

func TestAppend_RejectsValuesThatCannotBeEncoded(t *testing.T) {
	itself := map[string]any{}
	itself["again"] = []any{itself}
	loop := &selfReading{}
	loop.Self = loop
	const notFinite = "NaN and infinity are not valid JSON numbers"
	const marshaling = "json: error calling MarshalJSON for type "
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"NaN", math.NaN(), notFinite},
		{"infinity", math.Inf(-1), notFinite},
		{"float32", float32(math.Inf(1)), notFinite},
		{"member", map[string]any{"score": []any{math.NaN()}}, `member "score": ` + notFinite},
		{"item below maxFastDepth", nested(34, math.NaN()), "json: unsupported value: NaN"},
		{"channel", make(chan int), "json: unsupported type: chan int"},
		{"function", func() {}, "json: unsupported type: func()"},
		{"json.Number", json.Number("1,5"), `json: invalid number literal "1,5"`},
		{"json.RawMessage", json.RawMessage(`{`), marshaling + "json.RawMessage: unexpected end of JSON input"},
		{"failing", failing{}, marshaling + "jsonvalue_test.failing: not today"},
		{"panicking", []any{panicking{}}, "a JSON method of jsonvalue_test.panicking panicked: out of order"},
		{"value within itself", itself, "encountered a cycle"},
		{"struct within itself", loop, "encountered a cycle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := jsonvalue.Append([]byte("before"), tt.value)
			require.ErrorContains(t, err, tt.want)
			assert.Equal(t, "before", string(got[:len("before")]))
			_, err = jsonvalue.Marshal(tt.value)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestMarshal_ReturnsWhatAppendAppends(t *testing.T) {
	got, err := jsonvalue.Marshal(map[string]any{"b": []any{1, "<"}, "a": nil})
	require.NoError(t, err)
	assert.Equal(t, `{"a":null,"b":[1,"<"]}`, string(got))
}

func TestAppend_DoesNotAllocateForUsualTypes(t *testing.T) {
	var value any = []any{
		nil, true, "plain", "é \"quoted\"\n", 7, int64(1) << 40, uint8(255), 0.25, float32(0.1), []string{"a", "b"},
	}
	buffer := make([]byte, 0, 1024)
	allocations := testing.AllocsPerRun(100, func() {
		var err error
		if buffer, err = jsonvalue.Append(buffer[:0], value); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, allocations)
	assert.Equal(t, `[null,true,"plain","é \"quoted\"\u000a",7,1099511627776,255,0.25,0.1,["a","b"]]`, string(buffer))
}

// FuzzAppend compares Append with encoding/json for a string, and for the value
// that the string decodes to if it is JSON.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{
		`null`, `[true,false,"",{}]`, `{"b":{"c":[1,-2.5]},"a":"<&>","":0}`, `"\"\\\/\b\f\n\r\t\u0000\u2028\ud800"`,
		`[0,-0,1e-7,1e-6,0.1,1e20,1e21,5e-324,1.7976931348623157e308,9007199254740993]`, `1.50`, `1e999`,
		"a\xffb\xc3\xe2\x82\xed\xa0\x80é日😀", "0123456\"", "01234567\\", "\x7f\x1f ", `{"a":1,"a":2}`,
		`[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{"a":1}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		requireSameAsEncodingJSON(t, s)
		if value, err := decode([]byte(s)); err == nil {
			requireSameAsEncodingJSON(t, value) // numbers are json.Numbers
		}
		var value any
		if json.Unmarshal([]byte(s), &value) == nil {
			requireSameAsEncodingJSON(t, value) // numbers are float64s
		}
	})
}

// requireSameAsEncodingJSON requires that Append and encoding/json write the
// same value. The bytes may differ: encoding/json has short escapes, such as \n
// for \u000a.
func requireSameAsEncodingJSON(t *testing.T, value any) {
	got, err := jsonvalue.Append(nil, value)
	require.NoError(t, err)
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(value))
	require.True(t, json.Valid(got), "%s", got)
	gotValue, err := decode(got)
	require.NoError(t, err)
	wantValue, err := decode(buffer.Bytes())
	require.NoError(t, err)
	require.Equal(t, wantValue, gotValue, "%s", got)
}

// decode decodes the JSON value that data begins with, and keeps the digits of
// numbers.
func decode(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
