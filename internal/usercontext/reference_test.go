package usercontext_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
)

// reference returns the value that Append has to write for a path. It builds
// the whole context from the user's JSON, then walks it; it is simple, not
// fast.
func reference(t testing.TB, user *experiment.User, path []string) (any, bool) {
	userJSON, err := json.Marshal(user)
	require.NoError(t, err)
	members := decode(t, userJSON).(map[string]any)
	context := map[string]any{"user": members}
	groups := map[string]any{}
	for groupType, names := range object(members["groups"]) {
		list, _ := names.([]any)
		if len(list) == 0 || list[0] == "" {
			continue
		}
		name := list[0].(string)
		group := map[string]any{"group_name": name}
		if properties := object(object(object(members["group_properties"])[groupType])[name]); len(properties) > 0 {
			group["group_properties"] = properties
		}
		if ids, _ := object(object(members["group_cohort_ids"])[groupType])[name].([]any); len(ids) > 0 {
			group["cohort_ids"] = ids
		}
		groups[groupType] = group
	}
	if len(groups) > 0 {
		context["groups"] = groups
	}

	var value any = context
	for _, name := range path {
		member, ok := object(value)[name]
		if !ok {
			return nil, false
		}
		value = member
	}
	return value, true
}

func object(value any) map[string]any {
	members, _ := value.(map[string]any)
	return members
}

// decode decodes JSON and keeps the digits of numbers.
func decode(t testing.TB, data []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value), "%s", data)
	return value
}

// compare checks that Append writes what the reference returns for the paths.
func compare(t testing.TB, user *experiment.User, paths [][]string) {
	slots, err := write(user, paths...)
	require.NoError(t, err)
	array, ok := decode(t, slots).([]any)
	require.True(t, ok, "%s", slots)
	got := map[string]any{}
	for i := 0; i < len(array); i += 2 {
		got[string(array[i].(json.Number))] = array[i+1]
	}
	want := map[string]any{}
	for i, path := range paths {
		if value, ok := reference(t, user, path); ok {
			want[strconv.Itoa(i)] = value
		}
	}
	require.Equal(t, want, got, "paths %q of %s", paths, slots)
}

// generator makes random users and paths. It draws all names from a short list,
// so that many paths lead to a value.
type generator struct{ *rand.Rand }

func (g generator) name() string {
	names := []string{
		"", "a", "b", "k", "org", "acme", "user", "groups", "user_id", "cohort_ids", "group_name",
		"group_properties", "é", "\xff", "\ufffd", "<\"\\\n>", "0",
	}
	return names[g.IntN(len(names))]
}

func (g generator) value(depth int) any {
	kinds := 16
	if depth > 3 {
		kinds = 12
	}
	switch g.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return g.IntN(2) == 0
	case 2:
		return g.IntN(1000) - 500
	case 3:
		return g.Int64()
	case 4:
		return g.NormFloat64() * 1e6
	case 5:
		return float32(g.NormFloat64())
	case 6:
		return float64(g.IntN(1000))
	case 7:
		return []string{g.name(), g.name()}
	case 8:
		return json.Number(fmt.Sprint(g.IntN(100)) + ".50")
	case 9:
		return map[string]string{g.name(): g.name()}
	case 10:
		return json.RawMessage(`{"a": {"b": 1.0}, "a": {"b": [null, 1e3]}}`)
	case 12:
		return []any{g.value(depth + 1), g.value(depth + 1)}
	case 13, 14, 15:
		members := map[string]any{}
		for range g.IntN(5) {
			members[g.name()] = g.value(depth + 1)
		}
		return members
	}
	return g.name()
}

func (g generator) names() []string {
	names := make([]string, g.IntN(3))
	for i := range names {
		names[i] = g.name()
	}
	return names
}

func (g generator) user() *experiment.User {
	user := &experiment.User{UserID: g.name(), Country: g.name(), CohortIDs: g.names()}
	user.UserProperties, _ = g.value(4).(map[string]any)
	if g.IntN(4) > 0 {
		user.UserProperties = map[string]any{}
		for range g.IntN(12) {
			user.UserProperties[g.name()] = g.value(0)
		}
	}
	// Two group names that are equal as JSON but not in Go would be one group
	// to the reference, so only one of the two names is used.
	user.Groups = map[string][]string{}
	user.GroupProperties = map[string]map[string]map[string]any{}
	user.GroupCohortIDs = map[string]map[string][]string{}
	for range g.IntN(4) {
		groupType, name := g.name(), g.name()
		if groupType == "\xff" || name == "\xff" {
			continue
		}
		user.Groups[groupType] = append([]string{name}, g.names()...)
		if g.IntN(5) == 0 {
			user.Groups[groupType] = nil
		}
		properties := map[string]any{g.name(): g.value(0), g.name(): g.value(1)}
		user.GroupProperties[groupType] = map[string]map[string]any{name: properties}
		user.GroupCohortIDs[groupType] = map[string][]string{name: g.names()}
	}
	return user
}

func (g generator) path() []string {
	starts := [][]string{
		{}, {"user"}, {"user", "user_properties"}, {"user", "user_properties"}, {"user", "user_properties"},
		{"user", "groups"}, {"user", "group_properties"}, {"user", "group_cohort_ids"}, {"groups"}, {"groups", "org"},
		{"groups", "org", "group_properties"}, {"groups", "acme", "cohort_ids"},
	}
	path := append([]string{}, starts[g.IntN(len(starts))]...)
	for range g.IntN(4) {
		path = append(path, validName(g.name()))
	}
	return path
}

// validName returns a name as the core gives it: always UTF-8.
func validName(name string) string { return string([]rune(name)) }

func TestAppend_EqualsTheReferenceForRandomUsers(t *testing.T) {
	for seed := range uint64(3000) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		user := g.user()
		paths := make([][]string, 12)
		for i := range paths {
			paths[i] = g.path()
		}
		compare(t, user, paths)
	}
}

// FuzzAppend compares Append with the reference for users that are decoded from
// JSON.
func FuzzAppend(f *testing.F) {
	f.Add([]byte(`{"user_id":"u1","user_properties":{"plan":"pro","n":1.50,"deep":{"er":[1,null]}}}`),
		"plan", "deep", "er")
	f.Add([]byte(`{"groups":{"org":["acme"]},"group_properties":{"org":{"acme":{"tier":1e400}}},"cohort_ids":["c"]}`),
		"org", "tier", "x")
	f.Add([]byte(`{"user_properties":{"":{"":{"\ud800":-0}}}}`), "", "", "\ufffd")
	f.Fuzz(func(t *testing.T, userJSON []byte, a, b, c string) {
		user := &experiment.User{}
		decoder := json.NewDecoder(bytes.NewReader(userJSON))
		decoder.UseNumber()
		if decoder.Decode(user) != nil {
			return
		}
		a, b, c = validName(a), validName(b), validName(c)
		compare(t, user, [][]string{
			{}, {"user"}, {"groups"}, {"user", a}, {"user", a, b}, {"user", "user_properties", a},
			{"user", "user_properties", a, b}, {"user", "user_properties", a, b, c},
			{"groups", a}, {"groups", a, "group_name"},
			{"groups", a, "group_properties", b}, {"groups", a, "group_properties", b, c}, {"groups", a, "cohort_ids"},
			{"user", "groups", a}, {"user", "group_properties", a, b, c}, {"user", "group_cohort_ids", a, b},
		})
	})
}

// The comparison would prove nothing if the reference found no values.
func TestReference_FindsValues(t *testing.T) {
	user := acme()
	value, ok := reference(t, user, []string{"groups", "org", "group_properties", "limits", "seats"})
	require.True(t, ok)
	assert.Equal(t, json.Number("5"), value)
	_, ok = reference(t, user, []string{"groups", "none"})
	assert.False(t, ok)
}
