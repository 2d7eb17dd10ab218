package userjson_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/userjson"
)

// decoders are the two functions, for the tests of what they have in common.
var decoders = map[string]func([]byte) (*experiment.User, error){
	"Decode":       userjson.Decode,
	"DecodeStrict": userjson.DecodeStrict,
}

func TestDecode_KeepsDigits(t *testing.T) {
	for name, decode := range decoders {
		t.Run(name, func(t *testing.T) {
			user, err := decode([]byte(" {\"user_id\":\"u\",\"user_properties\":{\"n\":12345678901234567}}\n"))
			require.NoError(t, err)
			assert.Equal(t, &experiment.User{
				UserID:         "u",
				UserProperties: map[string]any{"n": json.Number("12345678901234567")},
			}, user)
		})
	}
}

func TestDecode_RejectsWhatIsNotAUser(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"nothing", "", "there is no JSON"},
		{"white space", " \n", "there is no JSON"},
		{"cut off", `{"user_id"`, "unexpected EOF"},
		{"null", "null", "null is not a user"},
		{"two users", "{}{}", "there is more after the JSON object"},
		{"a user and garbage", "{}]", "there is more after the JSON object"},
		{"an array", "[]", "the user is an array, not an object"},
		{"a number", "7", "the user is a number, not an object"},
		{"a boolean", "true", "the user is a boolean, not an object"},
		{"an ID that is an object", `{"user_id":{"a":1}}`, "user_id is an object, not a string"},
		{"a cohort ID that is an array", `{"cohort_ids":["a",["b"]]}`, "cohort_ids is an array, not a string"},
		{"properties that are a string", `{"user_properties":"pro"}`, "user_properties is a string, not an object"},
		{"groups that are an array", `{"groups":["acme"]}`, "groups is an array, not an object"},
		{"properties of a group that are a number", `{"group_properties":{"org":{"acme":7}}}`,
			"group_properties is a number, not an object"},
	} {
		for name, decode := range decoders {
			t.Run(name+", "+tt.name, func(t *testing.T) {
				_, err := decode([]byte(tt.data))
				require.EqualError(t, err, tt.want)
			})
		}
	}
}

func TestDecode_AcceptsOtherForms(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       experiment.User
	}{
		{"numbers and booleans as strings", `{"user_id":12345678901234567,"device_id":1.50,"version":2,"city":true}`,
			experiment.User{UserID: "12345678901234567", DeviceID: "1.50", Version: "2", City: "true"}},
		{"null as absent", `{"user_id":null,"groups":null,"cohort_ids":null,"user_properties":null}`,
			experiment.User{}},
		{"one group as a string", `{"groups":{"org":"acme","team":7,"none":[]}}`,
			experiment.User{Groups: map[string][]string{"org": {"acme"}, "team": {"7"}, "none": {}}}},
		{"names of groups as numbers", `{"groups":{"org":[7,"acme"]}}`,
			experiment.User{Groups: map[string][]string{"org": {"7", "acme"}}}},
		{"cohorts as the keys of an object",
			`{"cohort_ids":{"c2":{},"c1":{}},"group_cohort_ids":{"org":{"acme":{"g":{}}}}}`,
			experiment.User{
				CohortIDs:      []string{"c1", "c2"},
				GroupCohortIDs: map[string]map[string][]string{"org": {"acme": {"g"}}},
			}},
		{"one cohort as a string", `{"cohort_ids":"c1","group_cohort_ids":{"org":{"acme":"g"}}}`,
			experiment.User{
				CohortIDs:      []string{"c1"},
				GroupCohortIDs: map[string]map[string][]string{"org": {"acme": {"g"}}},
			}},
		{"properties stay as they are", `{"user_properties":{"n":7,"b":true,"groups":{"org":"acme"}}}`,
			experiment.User{UserProperties: map[string]any{
				"n": json.Number("7"), "b": true, "groups": map[string]any{"org": "acme"},
			}}},
	} {
		for name, decode := range decoders {
			t.Run(tt.name+", "+name, func(t *testing.T) {
				user, err := decode([]byte(tt.data))
				require.NoError(t, err)
				assert.Equal(t, &tt.want, user)
			})
		}
	}
}

func TestDecode_IgnoresUnknownMembers(t *testing.T) {
	user, err := userjson.Decode([]byte(`{"userid":"u","device_id":"d"}`))
	require.NoError(t, err)
	assert.Equal(t, &experiment.User{DeviceID: "d"}, user)
}

func TestDecodeStrict_RejectsUnknownMembers(t *testing.T) {
	_, err := userjson.DecodeStrict([]byte(`{"userid":"u","device_id":"d"}`))
	require.EqualError(t, err, `json: unknown field "userid"`)
}
