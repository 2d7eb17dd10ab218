package cohort_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

const limit = 1000

func decode(body string) (*cohort.Cohort, error) {
	return cohort.Decode(strings.NewReader(body), cohort.Key{}, limit)
}

// requireMembers requires that the set has exactly these members, which are
// distinct.
func requireMembers(t *testing.T, set *cohort.Set, members ...string) {
	t.Helper()
	require.Equal(t, len(members), set.Len())
	for _, member := range members {
		assert.True(t, set.Contains(cohort.Key{}.Hash(member)), "member %q", member)
		assert.False(t, set.Contains(cohort.Key{}.Hash(member+"?")))
	}
}

func TestDecode_ReadsEveryField(t *testing.T) {
	c, err := decode(`{"cohortId":"c1","lastModified":1700000000000,"size":2,"groupType":"org",` +
		`"memberIds":["u1","u2"]}`)
	require.NoError(t, err)
	requireMembers(t, c.Members, "u1", "u2")
	assert.Equal(t, &cohort.Cohort{ID: "c1", GroupType: "org", LastModified: 1700000000000, Members: c.Members}, c)
}

func TestDecode_AcceptsAnyOrderAndAbsentFields(t *testing.T) {
	type want struct {
		id, groupType string
		lastModified  int64
		members       []string
	}
	for body, want := range map[string]want{
		`{}`: {groupType: "User"},
		`{"cohortId":null,"lastModified":null,"groupType":null,"memberIds":null}`: {groupType: "User"},
		`{"groupType":"","memberIds":[]}`:                                         {groupType: "User"},
		`{"memberIds":["a"],"groupType":"org","size":1,"cohortId":"x"}`:           {"x", "org", 0, []string{"a"}},
		`{"memberIds":null,"lastModified":-5,"memberIds":["a"]}`:                  {"", "User", -5, []string{"a"}},
		`{"cohortId":"x","cohortId":"y","groupType":"org","groupType":null}`:      {id: "y", groupType: "User"},
		" \t\r\n{ \"memberIds\" : [ \"a\" , \"b\" ] , \"cohortId\" : \"x\" } ":    {"x", "User", 0, []string{"a", "b"}},
		`{"new":{"a":[1,-0.5e+3,"\u00e9\"",true,{"cohortId":"no"}],"b":{}},"":[],"n":false,"cohortId":"x"}`: {
			id: "x", groupType: "User",
		},
		`{"CohortId":"x","memberids":["a"]}`: {groupType: "User"},
	} {
		c, err := decode(body)
		require.NoError(t, err, body)
		requireMembers(t, c.Members, want.members...)
		assert.Equal(t, want.id, c.ID, body)
		assert.Equal(t, want.groupType, c.GroupType, body)
		assert.Equal(t, want.lastModified, c.LastModified, body)
	}
}

func TestDecode_ReadsStringsAsEncodingJSON(t *testing.T) {
	for written, read := range map[string]string{
		``: "", `a`: "a", `1234567`: "1234567", `12345678`: "12345678", `a b/c'd`: "a b/c'd",
		"\x7f":                             "\x7f",
		`\"\\\/\b\f\n\r\t`:                 "\"\\/\b\f\n\r\t",
		`\u00e9\u65E5`:                     "é日",
		"é日😀":                              "é日😀",
		`\ud83d\ude00!`:                    "😀!",
		`\ud83d`:                           "\ufffd",
		`\ud83dx`:                          "\ufffdx",
		`\ude00\ud83d`:                     "\ufffd\ufffd",
		`\ud83d\ud83d\ude00`:               "\ufffd😀",
		`\ud83d\n`:                         "\ufffd\n",
		"\xff\xfe":                         "\ufffd\ufffd",
		"a\xe6\x97":                        "a\ufffd\ufffd",
		"12345678\xc3\xa9 and \\u0000 end": "12345678é and \x00 end",
	} {
		c, err := decode(`{"cohortId":"` + written + `","groupType":"g` + written + `",` +
			`"memberIds":["` + written + `"]}`)
		require.NoError(t, err, written)
		assert.Equal(t, read, c.ID)
		assert.Equal(t, "g"+read, c.GroupType)
		requireMembers(t, c.Members, read)
	}
}

func TestDecode_IgnoresASizeThatIsNotRight(t *testing.T) {
	for _, size := range []string{
		"3", "0", "1", "1000", "1000000000", "-1", "-0", "2147483648", "9223372036854775807", "9223372036854775808",
		"1e99", "3.5", "null", "true", `"3"`, "[3]", `{"size":3}`,
	} {
		for _, body := range []string{
			`{"size":` + size + `,"memberIds":["a","b","c"]}`,
			`{"memberIds":["a","b","c"],"size":` + size + `}`,
		} {
			c, err := decode(body)
			require.NoError(t, err, size)
			requireMembers(t, c.Members, "a", "b", "c")
		}
	}
}

func TestDecode_DropsDuplicates(t *testing.T) {
	c, err := decode(`{"size":4,"memberIds":["a","b","a","\u0061"]}`)
	require.NoError(t, err)
	requireMembers(t, c.Members, "a", "b")
}

func TestDecode_ReportsWhereTheMistakeIs(t *testing.T) {
	for body, want := range map[string]string{
		`[]`:                                   `byte 0: '[' is not the beginning of an object`,
		` null`:                                `byte 1: 'n' is not the beginning of an object`,
		"<html>":                               `byte 0: '<' is not the beginning of an object`,
		`{"memberIds":["u1",2]}`:               `byte 19: '2' is not a string`,
		`{"memberIds":["u1",null]}`:            `byte 19: 'n' is not a string`,
		`{"memberIds":["u1" "u2"]}`:            `byte 19: '"' is not a comma or the end of the array`,
		`{"memberIds":["u1",]}`:                `byte 19: ']' is not a string`,
		`{"memberIds":[,]}`:                    `byte 14: ',' is not a string`,
		`{"memberIds":{"u1":1}}`:               `byte 13: '{' is not the beginning of an array`,
		`{"memberIds":["a"],"memberIds":[`:     `byte 31: memberIds is there twice`,
		`{"memberIds":[], "memberIds": null}`:  `byte 30: memberIds is there twice`,
		`{"cohortId":1}`:                       `byte 12: '1' is not a string`,
		`{"cohortId" "c1"}`:                    `byte 12: '"' is not a colon`,
		`{cohortId:"c1"}`:                      `byte 1: 'c' is not a string`,
		`{"a":1,}`:                             `byte 7: '}' is not a string`,
		`{"a":1 "b":2}`:                        `byte 7: '"' is not a comma or the end of the object`,
		`{"a":}`:                               `byte 5: '}' is not the beginning of a value`,
		`{"a":nul}`:                            `byte 8: '}' is not the rest of "null"`,
		`{"a":01}`:                             `byte 5: the number is malformed`,
		`{"a": 1.}`:                            `byte 6: the number is malformed`,
		`{"a":-}`:                              `byte 5: the number is malformed`,
		`{"a":1e+}`:                            `byte 5: the number is malformed`,
		`{"lastModified": 1.5}`:                `byte 17: the number is not an integer of 64 bits`,
		`{"lastModified":9223372036854775808}`: `byte 16: the number is not an integer of 64 bits`,
		`{"lastModified":"1"}`:                 `byte 16: '"' is not the beginning of a value`,
		"{\"a\":\"b\nc\"}":                     `byte 7: a string has the control character '\n'`,
		"{\"memberIds\":[\"é\x00\"]}":          `byte 17: a string has the control character '\x00'`,
		`{"memberIds":["ab\x"]}`:               `byte 17: a string has an unknown escape`,
		`{"memberIds":["ab\u00g0"]}`:           `byte 17: a string has a \u without four hexadecimal digits`,
		`{"memberIds":["ab\ud83d\u12"]}`:       `byte 23: a string has a \u without four hexadecimal digits`,
		`{"a":"ab\x"}`:                         `byte 8: a string has an unknown escape`,
		`{"a":"ab\u00g0"}`:                     `byte 8: a string has a \u without four hexadecimal digits`,
		`{}{}`:                                 `byte 2: '{' is not the end of the body`,
		`{"memberIds":[]} x`:                   `byte 17: 'x' is not the end of the body`,
	} {
		_, err := decode(body)
		assert.EqualError(t, err, "decoding a cohort: "+want, body)
	}
}

const full = `{"cohortId":"c1","lastModified":1700000000000,"size":2,"groupType":"org","x":[{"y":null},"\u00e9"],` +
	`"memberIds":["12345678901","\ud83d\ude00 é \n"],"z":-1.5e-7}`

func TestDecode_ReportsABodyThatIsCut(t *testing.T) {
	for i := range full {
		_, err := decode(full[:i])
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", i)
	}
	_, err := decode(full[:20])
	require.EqualError(t, err, "decoding a cohort: byte 20: the body ends too early: unexpected EOF")
}

func TestDecode_ReportsWhyTheReaderFails(t *testing.T) {
	cause := errors.New("connection reset")
	for i := range len(full) + 1 {
		for _, end := range []io.Reader{iotest.ErrReader(cause), iotest.DataErrReader(iotest.ErrReader(cause))} {
			_, err := cohort.Decode(io.MultiReader(strings.NewReader(full[:i]), end), cohort.Key{}, limit)
			require.ErrorIs(t, err, cause, "%d bytes", i)
		}
	}
	_, err := cohort.Decode(io.MultiReader(strings.NewReader(full), iotest.ErrReader(cause)), cohort.Key{}, limit)
	require.EqualError(t, err, "decoding a cohort: byte 160: reading the body: connection reset")
}

func TestDecode_ReadsWhateverTheReadsAre(t *testing.T) {
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "data with EOF": iotest.DataErrReader,
	} {
		c, err := cohort.Decode(wrap(strings.NewReader(full)), cohort.Key{}, limit)
		require.NoError(t, err, name)
		assert.Equal(t, "c1", c.ID)
		requireMembers(t, c.Members, "12345678901", "😀 é \n")
	}
}

// silent is a reader that never reads anything.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestDecode_GivesUpOnAReaderThatReadsNothing(t *testing.T) {
	_, err := cohort.Decode(silent{}, cohort.Key{}, limit)
	require.ErrorIs(t, err, io.ErrNoProgress)
}
