package cohort_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

func TestDecode_LimitsTheMembers(t *testing.T) {
	for _, n := range []int{0, 1, 100, 5000} {
		for _, size := range []int{0, n, 10 * n} {
			body := strings.Replace(string(bodyOf(n)), fmt.Sprintf(`"size":%d`, n), fmt.Sprintf(`"size":%d`, size), 1)
			c, err := cohort.Decode(strings.NewReader(body), cohort.Key{}, n)
			require.NoError(t, err)
			assert.Equal(t, n, c.Members.Len())
			if n > 0 {
				_, err = cohort.Decode(strings.NewReader(body), cohort.Key{}, n-1)
				var tooLarge *cohort.TooLargeError
				require.ErrorAs(t, err, &tooLarge)
				assert.Equal(t, n-1, tooLarge.Limit)
			}
		}
	}
	_, err := decode(`{"memberIds":[` + strings.Repeat(`"a",`, limit) + `"a"]}`)
	require.EqualError(t, err, "decoding a cohort: the cohort has more than 1000 members")
	_, err = cohort.Decode(strings.NewReader(`{"memberIds":["a"]}`), cohort.Key{}, -1)
	require.EqualError(t, err, "decoding a cohort: the cohort has more than -1 members")
}

func TestDecode_LimitsTheLengthOfAString(t *testing.T) {
	const most = 65535 // besides a quote
	for _, c := range []string{"a", "é", `\n`} {
		longest := strings.Repeat(c, most/len(c))
		decoded := strings.ReplaceAll(longest, `\n`, "\n")
		got, err := decode(`{"cohortId":"` + longest + `","memberIds":["a","` + longest + `"]}`)
		require.NoError(t, err)
		assert.Equal(t, decoded, got.ID)
		requireMembers(t, got.Members, "a", decoded)
		for _, body := range []string{
			`{"memberIds":["` + longest + `++"]}`, `{"cohortId":"` + longest + `++"}`, `{"` + longest + `++":1}`,
		} {
			_, err = decode(body)
			require.ErrorContains(t, err, ": a string has more than 65535 bytes")
		}
	}
}

func TestDecode_SkipsLongValues(t *testing.T) {
	long := strings.Repeat(`é\n`, 100_000)
	c, err := decode(`{"a":"` + long + `","b":[` + strings.Repeat("1,", 100_000) + `1],"memberIds":["a"]}`)
	require.NoError(t, err)
	requireMembers(t, c.Members, "a")
}

func TestDecode_LimitsTheDepthOfValues(t *testing.T) {
	for _, brackets := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		deep := func(n int) string {
			inner := "1"
			return `{"a":` + strings.Repeat(brackets[0], n) + inner + strings.Repeat(brackets[1], n) + `}`
		}
		_, err := decode(deep(64))
		require.NoError(t, err)
		_, err = decode(deep(65))
		require.ErrorContains(t, err, ": values are nested more than 64 deep")
		_, err = decode(`{"a":` + strings.Repeat(brackets[0], 100_000))
		require.ErrorContains(t, err, ": values are nested more than 64 deep")
	}
}

func TestDecode_LimitsTheLengthOfANumber(t *testing.T) {
	_, err := decode(`{"a":` + strings.Repeat("1", 1024) + `}`)
	require.NoError(t, err)
	_, err = decode(`{"a":` + strings.Repeat("1", 1025) + `}`)
	require.EqualError(t, err, "decoding a cohort: byte 5: a number has more than 1024 characters")
}

// endless reads the same bytes again and again.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(e) <= len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

func TestDecode_LimitsTheBody(t *testing.T) {
	const mebibyte = 1 << 20
	for _, begin := range []string{"", `{"a":"`, `{"a":[1`, `{"memberIds":["a"`, `{"memberIds":["a"]}`} {
		for _, more := range []string{" ", "                "} {
			body := &counter{r: io.MultiReader(strings.NewReader(begin), endless(more))}
			_, err := cohort.Decode(body, cohort.Key{}, limit)
			require.ErrorContains(t, err, ": the body is longer than 1 MiB and 4 KiB for each member")
			assert.Less(t, body.n, mebibyte+100<<10)
		}
	}
	member := strings.Repeat("x", 4000)
	var body bytes.Buffer
	body.WriteString(`{"memberIds":["a"`)
	for i := range limit - 1 {
		fmt.Fprintf(&body, `,"%d%s"`, i, member)
	}
	body.WriteString(`]}`)
	c, err := cohort.Decode(&body, cohort.Key{}, limit)
	require.NoError(t, err)
	assert.Equal(t, limit, c.Members.Len())
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestDecode_DoesNotAllocateForEachMember(t *testing.T) {
	few, many := bodyOf(10), bodyOf(4000)
	allocs := func(body []byte) float64 {
		return testing.AllocsPerRun(10, func() { _, _ = cohort.Decode(bytes.NewReader(body), cohort.Key{}, 4000) })
	}
	assert.InDelta(t, allocs(few), allocs(many), 2)
}
