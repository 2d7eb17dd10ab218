package jsonvalue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

func TestAppend_WritesStrings(t *testing.T) {
	testAppend(t, []valueTest{
		{"empty", "", `""`},
		{"plain", "a b", `"a b"`},
		{"escapes", "\"\\/\b\f\n\r\t\x00\x1f\x7f",
			`"\"\\/\u0008\u000c\u000a\u000d\u0009\u0000\u001f` + "\x7f" + `"`},
		{"HTML", "<&>'", `"<&>'"`},
		{"line separators", "\u2028\u2029", "\"\u2028\u2029\""},
		{"beyond ASCII", "é日😀", `"é日😀"`},
		{"not UTF-8", "a\xffb\xc3\xe2\x82", "\"a\ufffdb\ufffd\ufffd\ufffd\""},
		{"surrogate", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
		{"U+FFFD", "\ufffd", "\"\ufffd\""},
	})
}

// AppendString looks at eight bytes at a time, so a byte is tested at every
// position of two words and one byte more.
func TestAppendString_EscapesAByteAtEveryPosition(t *testing.T) {
	for c := range 256 {
		escaped := string(rune(c))
		switch {
		case c >= 0x80:
			escaped = "\ufffd"
		case c == '"' || c == '\\':
			escaped = `\` + escaped
		case c < ' ':
			escaped = fmt.Sprintf(`\u%04x`, c)
		}
		for before := range 17 {
			prefix, suffix := strings.Repeat("a", before), strings.Repeat("z", 16-before)
			got := jsonvalue.AppendString(nil, prefix+string([]byte{byte(c)})+suffix)
			require.Equal(t, `"`+prefix+escaped+suffix+`"`, string(got))
		}
	}
}

func TestAppendStrings_WritesAnArray(t *testing.T) {
	for want, list := range map[string][]string{
		`[]`:           nil,
		`["a"]`:        {"a"},
		`["a","","<"]`: {"a", "", "<"},
		"[\"\ufffd\"]": {"\xff"},
	} {
		assert.Equal(t, "before"+want, string(jsonvalue.AppendStrings([]byte("before"), list)))
	}
}

func TestReplaceInvalid_ReplacesEachByteThatIsNotUTF8(t *testing.T) {
	for s, want := range map[string]string{
		"":                 "",
		"a é日😀\x00\ufffd":  "a é日😀\x00\ufffd",
		"\xff":             "\ufffd",
		"a\xc3b\xe2\x82":   "a\ufffdb\ufffd\ufffd",
		"\xed\xa0\x80 end": "\ufffd\ufffd\ufffd end",
	} {
		assert.Equal(t, want, jsonvalue.ReplaceInvalid(s), "%q", s)
	}
}
