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

// reference is what Append is compared with: the whole context, built from the
// user's JSON without a thought for speed, then walked.
func reference(t testing.TB, user *experiment.User, path []string) (any, bool) {
	text, err := json.Marshal(user)
	require.NoError(t, err)
	members := decode(t, text).(map[string]any)
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

// decode keeps the text of numbers.
func decode(t testing.TB, text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	require.NoError(t, decoder.Decode(&value), "%s", text)
	return value
}

// compare checks what Append writes for the paths against the reference.
func compare(t testing.TB, user *experiment.User, paths [][]string) {
	text, err := write(user, paths...)
	require.NoError(t, err)
	array, ok := decode(t, text).([]any)
	require.True(t, ok, "%s", text)
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
	require.Equal(t, want, got, "paths %q of %s", paths, text)
}

// world makes random users and paths whose names often meet.
type world struct{ *rand.Rand }

func (w world) name() string {
	names := []string{
		"", "a", "b", "k", "org", "acme", "user", "groups", "user_id", "cohort_ids", "group_name",
		"group_properties", "é", "\xff", "\ufffd", "<\"\\\n>", "0",
	}
	return names[w.IntN(len(names))]
}

func (w world) value(depth int) any {
	kinds := 16
	if depth > 3 {
		kinds = 12
	}
	switch w.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return w.IntN(2) == 0
	case 2:
		return w.IntN(1000) - 500
	case 3:
		return w.Int64()
	case 4:
		return w.NormFloat64() * 1e6
	case 5:
		return float32(w.NormFloat64())
	case 6:
		return float64(w.IntN(1000))
	case 7:
		return []string{w.name(), w.name()}
	case 8:
		return json.Number(fmt.Sprint(w.IntN(100)) + ".50")
	case 9:
		return map[string]string{w.name(): w.name()}
	case 10:
		return json.RawMessage(`{"a": {"b": 1.0}, "a": {"b": [null, 1e3]}}`)
	case 12:
		return []any{w.value(depth + 1), w.value(depth + 1)}
	case 13, 14, 15:
		members := map[string]any{}
		for range w.IntN(5) {
			members[w.name()] = w.value(depth + 1)
		}
		return members
	}
	return w.name()
}

func (w world) names() []string {
	names := make([]string, w.IntN(3))
	for i := range names {
		names[i] = w.name()
	}
	return names
}

func (w world) user() *experiment.User {
	user := &experiment.User{UserID: w.name(), Country: w.name(), CohortIDs: w.names()}
	user.UserProperties, _ = w.value(4).(map[string]any)
	if w.IntN(4) > 0 {
		user.UserProperties = map[string]any{}
		for range w.IntN(12) {
			user.UserProperties[w.name()] = w.value(0)
		}
	}
	// Two group names that are equal as JSON but not in Go would be one group to
	// the reference; the world has only one of them.
	user.Groups = map[string][]string{}
	user.GroupProperties = map[string]map[string]map[string]any{}
	user.GroupCohortIDs = map[string]map[string][]string{}
	for range w.IntN(4) {
		groupType, name := w.name(), w.name()
		if groupType == "\xff" || name == "\xff" {
			continue
		}
		user.Groups[groupType] = append([]string{name}, w.names()...)
		if w.IntN(5) == 0 {
			user.Groups[groupType] = nil
		}
		properties := map[string]any{w.name(): w.value(0), w.name(): w.value(1)}
		user.GroupProperties[groupType] = map[string]map[string]any{name: properties}
		user.GroupCohortIDs[groupType] = map[string][]string{name: w.names()}
	}
	return user
}

func (w world) path() []string {
	starts := [][]string{
		{}, {"user"}, {"user", "user_properties"}, {"user", "user_properties"}, {"user", "user_properties"},
		{"user", "groups"}, {"user", "group_properties"}, {"user", "group_cohort_ids"}, {"groups"}, {"groups", "org"},
		{"groups", "org", "group_properties"}, {"groups", "acme", "cohort_ids"},
	}
	path := append([]string{}, starts[w.IntN(len(starts))]...)
	for range w.IntN(4) {
		path = append(path, validName(w.name()))
	}
	return path
}

// validName is a name as the core gives it: always UTF-8.
func validName(name string) string { return string([]rune(name)) }

func TestAppendEqualsTheReferenceForRandomUsers(t *testing.T) {
	for seed := range uint64(3000) {
		w := world{rand.New(rand.NewPCG(seed, 1))}
		user := w.user()
		paths := make([][]string, 12)
		for i := range paths {
			paths[i] = w.path()
		}
		compare(t, user, paths)
	}
}

// FuzzAppend has users come as JSON, as in a program that passes on what a
// client sent.
func FuzzAppend(f *testing.F) {
	f.Add([]byte(`{"user_id":"u1","user_properties":{"plan":"pro","n":1.50,"deep":{"er":[1,null]}}}`), "plan", "deep", "er")
	f.Add([]byte(`{"groups":{"org":["acme"]},"group_properties":{"org":{"acme":{"tier":1e400}}},"cohort_ids":["c"]}`), "org", "tier", "x")
	f.Add([]byte(`{"user_properties":{"":{"":{"\ud800":-0}}}}`), "", "", "\ufffd")
	f.Fuzz(func(t *testing.T, text []byte, a, b, c string) {
		user := &experiment.User{}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(user) != nil {
			return
		}
		a, b, c = validName(a), validName(b), validName(c)
		compare(t, user, [][]string{
			{}, {"user"}, {"groups"}, {"user", a}, {"user", a, b}, {"user", "user_properties", a},
			{"user", "user_properties", a, b}, {"user", "user_properties", a, b, c}, {"groups", a}, {"groups", a, "group_name"},
			{"groups", a, "group_properties", b}, {"groups", a, "group_properties", b, c}, {"groups", a, "cohort_ids"},
			{"user", "groups", a}, {"user", "group_properties", a, b, c}, {"user", "group_cohort_ids", a, b},
		})
	})
}

func TestReferenceNotices(t *testing.T) {
	// The comparison is worth nothing if it finds everything absent.
	user := acme()
	value, ok := reference(t, user, []string{"groups", "org", "group_properties", "limits", "seats"})
	require.True(t, ok)
	assert.Equal(t, json.Number("5"), value)
	_, ok = reference(t, user, []string{"groups", "none"})
	assert.False(t, ok)
}
