package usercontext_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

func path(names ...string) []string { return names }

func property(names ...string) []string {
	return append([]string{"user", "user_properties"}, names...)
}

// write is what Append writes for the paths, numbered as they come.
func write(user *experiment.User, paths ...[]string) ([]byte, error) {
	slots := make([]uint32, len(paths))
	for i := range slots {
		slots[i] = uint32(i)
	}
	return usercontext.New(paths).Append(nil, user, slots)
}

// acme is a user with something at every place of the context.
func acme() *experiment.User {
	return &experiment.User{
		UserID:         "u1",
		DeviceID:       "d1",
		Country:        "日本",
		UserProperties: map[string]any{"plan": "pro", "": "unnamed", "address": map[string]any{"city": "Oslo", "geo": map[string]float64{"lat": 59.9}}},
		Groups:         map[string][]string{"org": {"acme", "other"}, "none": {}, "unnamed": {""}},
		GroupProperties: map[string]map[string]map[string]any{
			"org": {"acme": {"tier": "gold", "limits": map[string]any{"seats": 5}}, "other": {"tier": "tin"}},
		},
		CohortIDs:      []string{"c1", "c2"},
		GroupCohortIDs: map[string]map[string][]string{"org": {"acme": {"gc1"}, "other": {"gc2"}}},
	}
}

func TestAppendFindsTheValueOfAPath(t *testing.T) {
	const absent = `[]`
	for _, tt := range []struct {
		path []string
		want string
	}{
		// text fields
		{path("user", "user_id"), `[0,"u1"]`},
		{path("user", "country"), `[0,"日本"]`},
		{path("user", "city"), absent},
		{path("user", "user_id", "x"), absent},
		{path("user", "UserID"), absent},
		{path("user", "nothing"), absent},
		{path("user", ""), absent},

		// user properties
		{property("plan"), `[0,"pro"]`},
		{property(""), `[0,"unnamed"]`},
		{property("missing"), absent},
		{property("plan", "x"), absent},
		{property("address"), `[0,{"city":"Oslo","geo":{"lat":59.9}}]`},
		{property("address", "city"), `[0,"Oslo"]`},
		{property("address", "geo", "lat"), `[0,59.9]`},
		{property("address", "geo", "lon"), absent},
		{property("address", "street", "number"), absent},

		// cohorts, groups as given
		{path("user", "cohort_ids"), `[0,["c1","c2"]]`},
		{path("user", "cohort_ids", "0"), absent},
		{path("user", "groups"), `[0,{"none":[],"org":["acme","other"],"unnamed":[""]}]`},
		{path("user", "groups", "org"), `[0,["acme","other"]]`},
		{path("user", "groups", "none"), `[0,[]]`},
		{path("user", "groups", "org", "0"), absent},
		{path("user", "groups", "team"), absent},
		{path("user", "group_properties", "org", "other", "tier"), `[0,"tin"]`},
		{path("user", "group_cohort_ids", "org", "other"), `[0,["gc2"]]`},

		// groups
		{path("groups", "org", "group_name"), `[0,"acme"]`},
		{path("groups", "org", "group_name", "x"), absent},
		{path("groups", "org", "group_properties"), `[0,{"limits":{"seats":5},"tier":"gold"}]`},
		{path("groups", "org", "group_properties", "tier"), `[0,"gold"]`},
		{path("groups", "org", "group_properties", "limits", "seats"), `[0,5]`},
		{path("groups", "org", "group_properties", "missing"), absent},
		{path("groups", "org", "cohort_ids"), `[0,["gc1"]]`},
		{path("groups", "org", "cohort_ids", "0"), absent},
		{path("groups", "org", "missing"), absent},
		{path("groups", "org"), `[0,{"cohort_ids":["gc1"],"group_name":"acme","group_properties":{"limits":{"seats":5},"tier":"gold"}}]`},
		{path("groups", "team", "group_name"), absent},
		{path("groups", "none", "group_name"), absent},
		{path("groups", "none"), absent},
		{path("groups", "unnamed", "group_name"), absent},
		{path("groups"), `[0,{"org":{"cohort_ids":["gc1"],"group_name":"acme","group_properties":{"limits":{"seats":5},"tier":"gold"}}}]`},

		// elsewhere
		{path("result", "flag", "key"), absent},
		{path("User", "user_id"), absent},
		{path(""), absent},
	} {
		t.Run(strings.Join(tt.path, "."), func(t *testing.T) {
			got, err := write(acme(), tt.path)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestAppendWritesWholeObjects(t *testing.T) {
	user := &experiment.User{
		UserID: "u1", IPAddress: "::1", UserProperties: map[string]any{"b": 1, "a": "<&>"},
		Groups: map[string][]string{"org": {"acme"}}, CohortIDs: []string{"c1"},
	}
	userJSON := `{"user_id":"u1","ip_address":"::1","user_properties":{"a":"<&>","b":1},"groups":{"org":["acme"]},"cohort_ids":["c1"]}`
	for _, tt := range []struct {
		name string
		path []string
		user *experiment.User
		want string
	}{
		{"user", path("user"), user, `[0,` + userJSON + `]`},
		{"context", path(), user, `[0,{"user":` + userJSON + `,"groups":{"org":{"group_name":"acme"}}}]`},
		{"empty user", path("user"), &experiment.User{}, `[0,{}]`},
		{"context of an empty user", path(), &experiment.User{}, `[0,{"user":{}}]`},
		{"no groups", path("groups"), &experiment.User{}, `[]`},
		{"no properties", path("user", "user_properties"), &experiment.User{UserProperties: map[string]any{}}, `[]`},
		{"properties", path("user", "user_properties"), user, `[0,{"a":"<&>","b":1}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := write(tt.user, tt.path)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestAppendWritesOnlyTheSlotsAskedFor(t *testing.T) {
	encoder := usercontext.New([][]string{
		path("user", "user_id"), path("user", "city"), property("plan"), property("bad"),
	})
	user := acme()
	user.UserProperties["bad"] = math.NaN()
	for _, tt := range []struct {
		name  string
		slots []uint32
		want  string
	}{
		{"none", []uint32{}, `[]`},
		{"one", []uint32{2}, `[2,"pro"]`},
		{"an absent one", []uint32{1}, `[]`},
		{"an absent one between others", []uint32{0, 1, 2}, `[0,"u1",2,"pro"]`},
		{"an absent one at the end", []uint32{0, 1}, `[0,"u1"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := encoder.Append([]byte("before"), user, tt.slots)
			require.NoError(t, err)
			assert.Equal(t, "before"+tt.want, string(got))
		})
	}
	_, err := encoder.Append(nil, user, []uint32{0, 3})
	assert.EqualError(t, err, "encoding user.user_properties.bad: NaN and infinity are not valid JSON numbers; "+
		"use a value that encoding/json supports")
}

type (
	named       string
	namedMap    map[string]any
	marshaler   struct{ text string }
	textual     struct{ text string }
	panicking   struct{}
	refusing    struct{}
	address     struct{ City, Street string }
	selfReading struct{ Self *selfReading }
)

func (m marshaler) MarshalJSON() ([]byte, error) { return []byte(m.text), nil }
func (m textual) MarshalText() ([]byte, error)   { return []byte(m.text), nil }
func (panicking) MarshalJSON() ([]byte, error)   { panic("out of order") }
func (refusing) MarshalJSON() ([]byte, error)    { return nil, errors.New("not today") }

var _ encoding.TextMarshaler = textual{}

func pointer[T any](v T) *T { return &v }

func TestAppendWritesEveryKindOfValue(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"nil", nil, `null`},
		{"true", true, `true`},
		{"false", false, `false`},
		{"empty text", "", `""`},
		{"text", "a b", `"a b"`},
		{"text with escapes", "\"\\/\b\f\n\r\t\x00\x1f\x7f", `"\"\\/\u0008\u000c\u000a\u000d\u0009\u0000\u001f` + "\x7f" + `"`},
		{"text that HTML would escape", "<&>'", `"<&>'"`},
		{"text with line separators", "\u2028\u2029", "\"\u2028\u2029\""},
		{"text beyond ASCII", "é日😀", `"é日😀"`},
		{"text that is no UTF-8", "a\xffb\xc3\xe2\x82", "\"a\ufffdb\ufffd\ufffd\ufffd\""},
		{"text with a surrogate", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
		{"text with U+FFFD", "\ufffd", "\"\ufffd\""},

		{"int", int(-7), `-7`},
		{"int8", int8(-128), `-128`},
		{"int16", int16(-32768), `-32768`},
		{"int32", int32(-2147483648), `-2147483648`},
		{"int64", int64(math.MinInt64), `-9223372036854775808`},
		{"uint", uint(7), `7`},
		{"uint8", uint8(255), `255`},
		{"uint16", uint16(65535), `65535`},
		{"uint32", uint32(4294967295), `4294967295`},
		{"uint64", uint64(math.MaxUint64), `18446744073709551615`},
		{"uintptr", uintptr(7), `7`},

		{"whole float", 1000000.0, `1000000`},
		{"zero", 0.0, `0`},
		{"negative zero", math.Copysign(0, -1), `-0`},
		{"float", 0.1, `0.1`},
		{"negative float", -2.5, `-2.5`},
		{"2^53", 9007199254740992.0, `9007199254740992`},
		{"below 1e21", 1e20, `100000000000000000000`},
		{"1e21", 1e21, `1e+21`},
		{"1e-6", 1e-6, `0.000001`},
		{"below 1e-6", 1e-7, `1e-7`},
		{"1.5e-10", 1.5e-10, `1.5e-10`},
		{"largest", math.MaxFloat64, `1.7976931348623157e+308`},
		{"smallest", math.SmallestNonzeroFloat64, `5e-324`},
		{"float32", float32(0.1), `0.1`},
		{"float32 below 1e-6", float32(1e-7), `1e-7`},
		{"float32 of 1e21", float32(1e21), `1e+21`},
		{"json.Number", json.Number("1.50"), `1.50`},

		{"[]string", []string{"a", "", "\n"}, `["a","","\u000a"]`},
		{"empty []string", []string{}, `[]`},
		{"nil []string", []string(nil), `null`},
		{"[]any", []any{"a", 1, nil, []any{true}, map[string]any{"k": 1.5}}, `["a",1,null,[true],{"k":1.5}]`},
		{"empty []any", []any{}, `[]`},
		{"nil []any", []any(nil), `null`},
		{"[]int", []int{1, 2}, `[1,2]`},
		{"[]byte", []byte("abc"), `"YWJj"`},
		{"array", [2]bool{true, false}, `[true,false]`},

		{"map[string]any", map[string]any{"b": 1, "a": map[string]any{}, "": nil}, `{"":null,"a":{},"b":1}`},
		{"nil map", map[string]any(nil), `null`},
		{"map of ints", map[int]string{2: "b", 1: "a"}, `{"1":"a","2":"b"}`},
		{"named map", namedMap{"b": "<", "a": 1}, `{"a":1,"b":"<"}`},
		{"struct", address{"Oslo", "<>"}, `{"City":"Oslo","Street":"<>"}`},

		{"named text", named("n"), `"n"`},
		{"pointer", pointer("p"), `"p"`},
		{"nil pointer", (*string)(nil), `null`},
		{"nil pointer with a method", (*time.Time)(nil), `null`},
		{"time", time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), `"2026-01-02T03:04:05.000006Z"`},
		{"duration", time.Second, `1000000000`},
		{"json.Marshaler", marshaler{` {"k" : [1 , 2]} `}, `{"k":[1,2]}`},
		{"json.Marshaler with HTML", marshaler{`"<"`}, `"<"`},
		{"json.Marshaler that writes no UTF-8", marshaler{"\"\xff\xfe\""}, "\"\ufffd\ufffd\""},
		{"encoding.TextMarshaler", textual{"<t>"}, `"<t>"`},
		{"json.RawMessage", json.RawMessage(` [1, "a"] `), `[1,"a"]`},
		{"nil json.RawMessage", json.RawMessage(nil), `null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{UserProperties: map[string]any{"p": tt.value}}
			got, err := write(user, property("p"))
			require.NoError(t, err)
			assert.Equal(t, `[0,`+tt.want+`]`, string(got))
		})
	}
}

func TestAppendReportsValuesThatAreNoJSON(t *testing.T) {
	itself := map[string]any{}
	itself["again"] = []any{itself}
	loop := &selfReading{}
	loop.Self = loop
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"NaN", math.NaN(), "NaN and infinity are not valid JSON numbers"},
		{"infinity", math.Inf(-1), "NaN and infinity are not valid JSON numbers"},
		{"float32", float32(math.Inf(1)), "NaN and infinity are not valid JSON numbers"},
		{"member", map[string]any{"score": []any{math.NaN()}}, `member "score": NaN and infinity are not valid JSON numbers`},
		{"channel", make(chan int), "json: unsupported type: chan int"},
		{"function", func() {}, "json: unsupported type: func()"},
		{"json.Number", json.Number("1,5"), `json: invalid number literal "1,5"`},
		{"json.RawMessage", json.RawMessage(`{`), "json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input"},
		{"refusing", refusing{}, "json: error calling MarshalJSON for type usercontext_test.refusing: not today"},
		{"panicking", []any{panicking{}}, "a JSON method of usercontext_test.panicking panicked: out of order"},
		{"value within itself", itself, "encountered a cycle"},
		{"struct within itself", loop, "encountered a cycle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{UserProperties: map[string]any{"p": tt.value}}
			got, err := usercontext.New([][]string{property("p")}).Append([]byte("before"), user, []uint32{0})
			var valueError *usercontext.ValueError
			require.ErrorAs(t, err, &valueError)
			assert.Equal(t, property("p"), valueError.Path)
			assert.ErrorContains(t, err, "encoding user.user_properties.p: ")
			assert.ErrorContains(t, err, tt.want)
			assert.ErrorContains(t, err, "; use a value that encoding/json supports")
			assert.NotNil(t, errors.Unwrap(err))
			assert.Equal(t, "before", string(got), "the buffer is returned as it was")
		})
	}
	_, err := write(&experiment.User{UserProperties: map[string]any{"p": make(chan int)}}, path())
	assert.ErrorContains(t, err, "encoding context: json: unsupported type: chan int")
}

func TestAppendWalksValuesThatOnlyEncodingJSONKnows(t *testing.T) {
	type tagged struct {
		Inner map[string]any `json:"inner"`
		Raw   json.RawMessage
	}
	value := tagged{Inner: map[string]any{"a<b": 1}, Raw: json.RawMessage(`{"n": 1.0, "n": 2.50, "z": null}`)}
	for _, tt := range []struct {
		name  string
		value any
		path  []string
		want  string
	}{
		{"struct", value, path("inner", "a<b"), `[0,1]`},
		{"pointer to a struct", &value, path("inner", "a<b"), `[0,1]`},
		{"struct field by its Go name", value, path("Inner", "a<b"), `[]`},
		{"raw JSON, repeated member", value, path("Raw", "n"), `[0,2.50]`},
		{"null", value, path("Raw", "z"), `[0,null]`},
		{"below null", value, path("Raw", "z", "y"), `[]`},
		{"missing", value, path("Raw", "y"), `[]`},
		{"map of strings", map[string]string{"k": "v"}, path("k"), `[0,"v"]`},
		{"map of strings, missing", map[string]string{"k": "v"}, path("l"), `[]`},
		{"map of ints", map[int]string{1: "v"}, path("1"), `[0,"v"]`},
		{"array", []int{1}, path("0"), `[]`},
		{"json.Marshaler", marshaler{`{"k":{"l":"<"}}`}, path("k", "l"), `[0,"<"]`},
		{"time", time.Time{}, path("wall"), `[]`},
		{"nil pointer", (*tagged)(nil), path("inner"), `[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{UserProperties: map[string]any{"p": tt.value}}
			got, err := write(user, property(append([]string{"p"}, tt.path...)...))
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestAppendReportsValuesOnTheWayThatAreNoJSON(t *testing.T) {
	user := &experiment.User{UserProperties: map[string]any{"p": map[string]any{"q": make(chan int)}}}
	_, err := write(user, property("p", "q", "r"))
	assert.ErrorContains(t, err, "encoding user.user_properties.p.q.r: json: unsupported type: chan int")
}

// The name of a member is what JSON makes of the key of a Go map.
func TestAppendFindsKeysThatAreNoUTF8ByTheirJSONName(t *testing.T) {
	user := &experiment.User{
		UserProperties: map[string]any{
			"a\xff": 1, "a\xfe": 2, "b\ufffd": 3, "b\xc0": 4, "nested": map[string]any{"c\xff": 5},
		},
		Groups: map[string][]string{"org\xff": {"acme"}, "": {"unnamed"}},
	}
	for _, tt := range []struct {
		name string
		path []string
		want string
	}{
		{"the last of two", property("a\ufffd"), `[0,1]`},
		{"the last of two, one of them written so", property("b\ufffd"), `[0,3]`},
		{"nested", property("nested", "c\ufffd"), `[0,5]`},
		{"missing", property("d\ufffd"), `[]`},
		{"group type", path("groups", "org\ufffd", "group_name"), `[0,"acme"]`},
		{"missing group type", path("groups", "\ufffd", "group_name"), `[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := write(user, tt.path)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestAppendRefusesANilUser(t *testing.T) {
	got, err := usercontext.New(nil).Append([]byte("before"), nil, nil)
	require.ErrorIs(t, err, usercontext.ErrNoUser)
	assert.Equal(t, "before", string(got))
}

// A field added to User must be readable by flags, too.
func TestEveryFieldOfUserCanBeRead(t *testing.T) {
	user := &experiment.User{}
	fields := reflect.ValueOf(user).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		switch field := fields.Field(i).Addr().Interface().(type) {
		case *string:
			*field = "text of " + name
		case *[]string:
			*field = []string{name}
		case *map[string]any:
			*field = map[string]any{"k": name}
		case *map[string][]string:
			*field = map[string][]string{"k": {name}}
		case *map[string]map[string]map[string]any:
			*field = map[string]map[string]map[string]any{"k": {"l": {"m": name}}}
		case *map[string]map[string][]string:
			*field = map[string]map[string][]string{"k": {"l": {name}}}
		default:
			require.Failf(t, "unknown type", "field %s is a %T", name, field)
		}
		want, err := json.Marshal(fields.Field(i).Interface())
		require.NoError(t, err)
		got, err := write(user, path("user", name))
		require.NoError(t, err)
		assert.Equal(t, `[0,`+string(want)+`]`, string(got), name)
	}
}

func TestAppendOnlyReadsTheUser(t *testing.T) {
	user := acme()
	_, err := write(user, path(), path("user"), path("groups"), property("address"))
	require.NoError(t, err)
	assert.Equal(t, acme(), user)
}

func TestAppendOfUsualTypesDoesNotAllocate(t *testing.T) {
	encoder := usercontext.New([][]string{
		path("user", "user_id"), path("user", "cohort_ids"), property("text"), property("bool"), property("int"),
		property("float"), property("list"), property("object", "member"), path("groups", "org", "group_name"),
		path("groups", "org", "group_properties", "tier"), path("groups", "org", "cohort_ids"), property("missing"),
	})
	user := acme()
	user.UserProperties = map[string]any{
		"text": "é \"quoted\"", "bool": true, "int": 1 << 40, "float": 0.25, "list": []string{"a", "b"},
		"object": map[string]any{"member": "m"},
	}
	buffer := make([]byte, 0, 1024)
	slots := []uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	allocations := testing.AllocsPerRun(100, func() {
		var err error
		if buffer, err = encoder.Append(buffer[:0], user, slots); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, allocations)
	assert.Equal(t, `[0,"u1",1,["c1","c2"],2,"é \"quoted\"",3,true,4,1099511627776,5,0.25,6,["a","b"],7,"m",8,"acme",`+
		`9,"gold",10,["gc1"]]`, string(buffer))
}

func BenchmarkAppendNoAlloc(b *testing.B) {
	encoder := usercontext.New([][]string{
		path("user", "user_id"), property("plan"), property("session_count"), property("is_beta"), property("interests"),
	})
	user := &experiment.User{UserID: "user-7f3a9c21d4e8b605", UserProperties: map[string]any{
		"plan": "premium", "session_count": 142, "is_beta": true, "interests": []string{"cycling", "cooking", "travel"},
	}}
	slots := []uint32{0, 1, 2, 3, 4}
	buffer := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buffer, err = encoder.Append(buffer[:0], user, slots); err != nil {
			b.Fatal(err)
		}
	}
	if !bytes.HasPrefix(buffer, []byte("[0,")) {
		b.Fatalf("unexpected %s", buffer)
	}
}
