package cohort_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// FuzzDecode compares Decode with encoding/json, which reads more: deeper
// values, and two lists of members.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		full, `{}`, `{"memberIds":["\ud83d\ude00","\ud83d"," é\u0000"]}`, `{"memberIds":null,"a":[{"b":[0.1e5,-0]}]}`,
		`{"lastModified":1e3}`, `{"size":-1,"memberIds":["a","a"]} `, "{\"cohortId\":\"\xff\"}", `{"a":"\u00g0"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := cohort.Decode(bytes.NewReader(body), cohort.Key{}, 1<<20)
		again, errAgain := cohort.Decode(iotest.OneByteReader(bytes.NewReader(body)), cohort.Key{}, 1<<20)
		if err != nil {
			require.EqualError(t, errAgain, err.Error())
			return
		}
		require.NoError(t, errAgain)
		want, members, wantErr := decodeWithEncodingJSON(body)
		require.NoError(t, wantErr)
		requireHasExactly(t, got.Members, members)
		requireHasExactly(t, again.Members, members)
		got.Members = nil
		assert.Equal(t, want, got)
	})
}

// FuzzDecode_Accepts looks for bodies that encoding/json accepts and Decode
// does not.
func FuzzDecode_Accepts(f *testing.F) {
	f.Add([]byte(`"c"`), []byte(`1`), []byte(`"User"`), []byte(`["a","b"]`), []byte(`[{"a":[]}]`))
	f.Add([]byte(`null`), []byte(`-12`), []byte(`""`), []byte(`["\ud83d\ude00"]`), []byte(`"\u00e9"`))
	f.Fuzz(func(t *testing.T, id, lastModified, groupType, members, other []byte) {
		var body []byte
		for name, value := range map[string][]byte{
			"cohortId": id, "lastModified": lastModified, "groupType": groupType, "memberIds": members,
			"size": other, "o": other,
		} {
			if !json.Valid(value) || bytes.Count(value, []byte("[")) > 64 || bytes.Count(value, []byte("{")) > 64 {
				return
			}
			body = append(body, ',')
			body = append(append(append(body, '"'), name...), `":`...)
			body = append(body, value...)
		}
		body[0] = '{'
		body = append(body, '}')
		want, hashes, err := decodeWithEncodingJSON(body)
		if err != nil {
			return
		}
		got, err := cohort.Decode(bytes.NewReader(body), cohort.Key{}, 1<<20)
		require.NoError(t, err)
		requireHasExactly(t, got.Members, hashes)
		got.Members = nil
		assert.Equal(t, want, got)
	})
}

// decodeWithEncodingJSON returns the cohort without its members, and the hashes
// of the members.
func decodeWithEncodingJSON(body []byte) (*cohort.Cohort, []uint64, error) {
	var fields map[string]json.RawMessage // names are matched exactly, unlike a struct's
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, nil, err
	}
	var c cohort.Cohort
	var members []*string
	for name, target := range map[string]any{
		"cohortId": &c.ID, "groupType": &c.GroupType, "lastModified": &c.LastModified, "memberIds": &members,
	} {
		if value, ok := fields[name]; ok {
			if err := json.Unmarshal(value, target); err != nil {
				return nil, nil, err
			}
		}
	}
	c.GroupType = cmp.Or(c.GroupType, cohort.UserType)
	hashes := make([]uint64, len(members))
	for i, member := range members {
		if member == nil {
			return nil, nil, assert.AnError
		}
		hashes[i] = cohort.Key{}.Hash(*member)
	}
	return &c, hashes, nil
}
