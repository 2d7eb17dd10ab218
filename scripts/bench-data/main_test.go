package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

func TestGenerate_WritesFlagsAndUsers(t *testing.T) {
	flags, err := generate([]string{"flags", "3"})
	require.NoError(t, err)
	assert.Equal(t, string(benchdata.Flags(3)), string(flags))

	data, err := generate([]string{"users", "2"})
	require.NoError(t, err)
	var users []experiment.User
	require.NoError(t, json.Unmarshal(data, &users))
	require.Len(t, users, 2)
	assert.Equal(t, benchdata.Users(2)[1].UserID, users[1].UserID)
}

func TestGenerate_SaysWhatIsWrong(t *testing.T) {
	for want, args := range map[string][]string{
		"got 0 arguments: give flags or users, and how many": nil,
		`"many" is not a number of flags`:                    {"flags", "many"},
		`"-1" is not a number of users`:                      {"users", "-1"},
		`"events" is unknown: use flags or users`:            {"events", "1"},
	} {
		_, err := generate(args)
		assert.EqualError(t, err, want)
	}
}
