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
		{"an array", "[]", "json: cannot unmarshal array into Go value of type experiment.User"},
		{"a member of another type", `{"user_id":1}`,
			"json: cannot unmarshal number into Go struct field User.user_id of type string"},
	} {
		for name, decode := range decoders {
			t.Run(name+", "+tt.name, func(t *testing.T) {
				_, err := decode([]byte(tt.data))
				require.EqualError(t, err, tt.want)
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
