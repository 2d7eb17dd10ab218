package usercontext_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

func path(names ...string) []string { return names }

func property(names ...string) []string {
	return append([]string{"user", "user_properties"}, names...)
}

// write returns what Append writes for the paths, which have the slots 0, 1, 2
// and so on.
func write(user *experiment.User, paths ...[]string) ([]byte, error) {
	slots := make([]uint32, len(paths))
	for i := range slots {
		slots[i] = uint32(i)
	}
	return usercontext.New(paths).Append(nil, user, slots)
}

// acme returns a user with something in every part of the context.
func acme() *experiment.User {
	return &experiment.User{
		UserID:   "u1",
		DeviceID: "d1",
		Country:  "日本",
		UserProperties: map[string]any{"plan": "pro", "": "unnamed",
			"address": map[string]any{"city": "Oslo", "geo": map[string]float64{"lat": 59.9}}},
		Groups: map[string][]string{"org": {"acme", "other"}, "none": {}, "unnamed": {""}},
		GroupProperties: map[string]map[string]map[string]any{
			"org": {"acme": {"tier": "gold", "limits": map[string]any{"seats": 5}}, "other": {"tier": "tin"}},
		},
		CohortIDs:      []string{"c1", "c2"},
		GroupCohortIDs: map[string]map[string][]string{"org": {"acme": {"gc1"}, "other": {"gc2"}}},
	}
}

func TestAppend_FindsTheValueOfAPath(t *testing.T) {
	const absent = `[]`
	const org = `{"cohort_ids":["gc1"],"group_name":"acme","group_properties":{"limits":{"seats":5},"tier":"gold"}}`
	for _, tt := range []struct {
		path []string
		want string
	}{
		// string fields
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

		// cohorts, and groups as the caller gave them
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
		{path("groups", "org"), `[0,` + org + `]`},
		{path("groups", "team", "group_name"), absent},
		{path("groups", "none", "group_name"), absent},
		{path("groups", "none"), absent},
		{path("groups", "unnamed", "group_name"), absent},
		{path("groups"), `[0,{"org":` + org + `}]`},

		// paths that lead nowhere
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

func TestAppend_WritesWholeObjects(t *testing.T) {
	user := &experiment.User{
		UserID: "u1", IPAddress: "::1", UserProperties: map[string]any{"b": 1, "a": "<&>"},
		Groups: map[string][]string{"org": {"acme"}}, CohortIDs: []string{"c1"},
	}
	userJSON := `{"user_id":"u1","ip_address":"::1","user_properties":{"a":"<&>","b":1},` +
		`"groups":{"org":["acme"]},"cohort_ids":["c1"]}`
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

func TestAppend_WritesOnlyTheRequestedSlots(t *testing.T) {
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

// The tests of jsonvalue cover how a value is written.
func TestAppend_WritesTheValueOfAnyProperty(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"nil", nil, `null`},
		{"bool", false, `false`},
		{"string", "a<\"\n\xff", `"a<\"\u000a` + "\ufffd" + `"`},
		{"int", -7, `-7`},
		{"float", 1.5, `1.5`},
		{"[]string", []string{"a", ""}, `["a",""]`},
		{"[]any", []any{"a", nil, map[string]any{"k": "<"}}, `["a",null,{"k":"<"}]`},
		{"map[string]any", map[string]any{"b": 1, "a": []any{}}, `{"a":[],"b":1}`},
		{"nil map", map[string]any(nil), `null`},
		{"struct", struct{ City string }{"<Oslo>"}, `{"City":"<Oslo>"}`},
		{"json.Marshaler", marshaler{` {"k" : "<"} `}, `{"k":"<"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user := &experiment.User{
				UserProperties:  map[string]any{"p": tt.value, "object": map[string]any{"member": tt.value}},
				Groups:          map[string][]string{"org": {"acme"}},
				GroupProperties: map[string]map[string]map[string]any{"org": {"acme": {"p": tt.value}}},
			}
			got, err := write(user, property("p"), property("object", "member"),
				path("groups", "org", "group_properties", "p"))
			require.NoError(t, err)
			assert.Equal(t, `[0,`+tt.want+`,1,`+tt.want+`,2,`+tt.want+`]`, string(got))
		})
	}
}

func TestAppend_RejectsANilUser(t *testing.T) {
	got, err := usercontext.New(nil).Append([]byte("before"), nil, nil)
	require.ErrorIs(t, err, usercontext.ErrNoUser)
	assert.Equal(t, "before", string(got))
}

func TestAppend_OnlyReadsTheUser(t *testing.T) {
	user := acme()
	_, err := write(user, path(), path("user"), path("groups"), property("address"))
	require.NoError(t, err)
	assert.Equal(t, acme(), user)
}

func TestAppend_DoesNotAllocateForUsualTypes(t *testing.T) {
	encoder := usercontext.New([][]string{
		path("user", "user_id"), path("user", "cohort_ids"), property("string"), property("bool"), property("int"),
		property("float"), property("list"), property("object", "member"), path("groups", "org", "group_name"),
		path("groups", "org", "group_properties", "tier"), path("groups", "org", "cohort_ids"), property("missing"),
	})
	user := acme()
	user.UserProperties = map[string]any{
		"string": "é \"quoted\"", "bool": true, "int": 1 << 40, "float": 0.25, "list": []string{"a", "b"},
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
	assert.Equal(t, `[0,"u1",1,["c1","c2"],2,"é \"quoted\"",3,true,4,1099511627776,5,0.25,6,["a","b"],7,"m",`+
		`8,"acme",9,"gold",10,["gc1"]]`, string(buffer))
}

func BenchmarkAppendNoAlloc(b *testing.B) {
	encoder := usercontext.New([][]string{
		path("user", "user_id"), property("plan"), property("session_count"), property("is_beta"),
		property("interests"),
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
