//go:build cgo

package core_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bucketFlag has one segment, whose bucket has these allocations. Its variants are "bucket", "other" and, for whom the
// bucket has none, "segment".
func bucketFlag(selector, salt, allocations string) string {
	return `[{"key":"f","variants":{"bucket":{"key":"bucket"},"other":{"key":"other"},"segment":{"key":"segment"},"next":{"key":"next"}},
		"segments":[{"variant":"segment","bucket":{"selector":` + selector + `,"salt":"` + salt + `","allocations":[` + allocations + `]}},
		{"variant":"next"}]}]`
}

const userIDSelector = `["context","user","user_id"]`

// everyone is the range of a distribution that has all: hashes are below 2^32, and 2^32 / 100 is below its end.
const everyone = `[0,42949673]`

// bucketed gives the key of the variant for a user whose user_id is this JSON.
func bucketed(t *testing.T, flags, userID string) string {
	t.Helper()
	plan := compile(t, flags)
	require.Empty(t, plan.Diagnostics())
	results := evaluate(t, plan, `{"user":{"user_id":`+userID+`}}`)
	for _, key := range []string{"bucket", "other", "segment", "next"} {
		if results["f"] == `{"key":"`+key+`"}` {
			return key
		}
	}
	require.Failf(t, "no result", "%v", results)
	return ""
}

// The hashes are those that Amplitude's SDKs of several languages give for these texts; that of the last one, which is as
// long as real ones, was worked out apart from this project by the definition of murmur3.
func TestBucketHash(t *testing.T) {
	for _, tt := range []struct {
		salt, value string
		hash        uint32
	}{
		{"salt", "user_id", 3675591092},
		{"abcdef", "user-1", 3014964528},
		{"abcdef", "user-2", 1004654663},
		{"s", "日本", 2252427704},
		{"", "x", 2002945852},
		{"hT4kQ0vZ", "0f7d9d3c-58a6-4c5a-9b3e-6f1c2d7e8a90", 470104823},
	} {
		t.Run(tt.salt+"/"+tt.value, func(t *testing.T) {
			hundredth, rest := tt.hash%100, tt.hash/100
			for _, at := range []struct {
				name                 string
				from, to, start, end uint32
				want                 string
			}{
				{"exactly", hundredth, hundredth + 1, rest, rest + 1, "bucket"},
				{"the allocation ends before", 0, hundredth, rest, rest + 1, "segment"},
				{"the allocation begins behind", hundredth + 1, 100, rest, rest + 1, "segment"},
				{"the distribution ends before", hundredth, hundredth + 1, 0, rest, "segment"},
				{"the distribution begins behind", hundredth, hundredth + 1, rest + 1, 42949673, "segment"},
				{"everyone", 0, 100, 0, 42949673, "bucket"},
			} {
				allocation := fmt.Sprintf(`{"range":[%d,%d],"distributions":[{"variant":"bucket","range":[%d,%d]}]}`,
					at.from, at.to, at.start, at.end)
				flags := bucketFlag(userIDSelector, tt.salt, allocation)
				assert.Equal(t, at.want, bucketed(t, flags, quote(t, tt.value)), at.name)
			}
		})
	}
}

func TestBucketWithoutAValue(t *testing.T) {
	all := bucketFlag(userIDSelector, "s", `{"range":[0,100],"distributions":[{"variant":"bucket","range":`+everyone+`}]}`)
	assert.Equal(t, "bucket", bucketed(t, all, `"u"`))
	assert.Equal(t, "segment", bucketed(t, all, `""`), "empty")
	assert.Equal(t, "segment", bucketed(t, all, `null`), "null")
	results := evaluate(t, compile(t, all), `{}`)
	assert.Equal(t, `{"key":"segment"}`, results["f"], "missing")
	for _, value := range []string{`false`, `0`, `[]`, `{}`, `" "`} {
		assert.Equal(t, "bucket", bucketed(t, all, value), value)
	}
	noBucket := compile(t, `[{"key":"f","variants":{"on":{"key":"on"}},"segments":[{"variant":"on","bucket":null}]}]`)
	assert.Equal(t, `{"key":"on"}`, evaluate(t, noBucket, `{"user":{"user_id":"u"}}`)["f"], "no bucket")
}

// Values that are no texts are hashed by their texts.
func TestBucketValueToText(t *testing.T) {
	for _, tt := range []textCase{
		{"a number", `1.0`, `1`},
		{"a boolean", `true`, `true`},
		{"an object", `{"b": 1.50, "a": "<"}`, `{"b":1.5,"a":"<"}`},
		{"an array", `[ 1, null ]`, `[1,null]`},
		{"escapes", `"\u65e5\n"`, "日\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Ninety ranges of a distribution tell nearly all values apart.
			allocation := `{"range":[0,100],"distributions":[`
			for i := range 90 {
				allocation += fmt.Sprintf(`{"variant":"v%d","range":[%d,%d]},`, i, i*477219, (i+1)*477219)
			}
			allocation = allocation[:len(allocation)-1] + `]}`
			variants := ""
			for i := range 90 {
				variants += fmt.Sprintf(`"v%d":{"key":"v%d"},`, i, i)
			}
			plan := compile(t, `[{"key":"f","variants":{`+variants[:len(variants)-1]+`},"segments":[{"bucket":{"selector":`+userIDSelector+
				`,"salt":"s","allocations":[`+allocation+`]}}]}]`)
			asValue := evaluate(t, plan, `{"user":{"user_id":`+tt.value+`}}`)
			asText := evaluate(t, plan, `{"user":{"user_id":`+quote(t, tt.text)+`}}`)
			require.Len(t, asText, 1)
			assert.Equal(t, asText, asValue)
		})
	}
}

func TestAllocationsInOrder(t *testing.T) {
	// salt/user_id has the hash 3675591092: 92 of 100, and then 36755910.
	const here, elsewhere = `"range":[0,100]`, `"range":[0,92]`
	const hit, miss = `[36755910,36755911]`, `[0,36755910]`
	for _, tt := range []struct{ name, allocations, want string }{
		{"none", ``, "segment"},
		{"the first hit", `{` + here + `,"distributions":[{"variant":"bucket","range":` + hit + `}]},{` + here +
			`,"distributions":[{"variant":"other","range":` + hit + `}]}`, "bucket"},
		{"not in the first", `{` + elsewhere + `,"distributions":[{"variant":"bucket","range":` + hit + `}]},{` + here +
			`,"distributions":[{"variant":"other","range":` + hit + `}]}`, "other"},
		{"in the first without a distribution", `{` + here + `,"distributions":[{"variant":"bucket","range":` + miss + `}]},{` + here +
			`,"distributions":[{"variant":"other","range":` + hit + `}]}`, "other"},
		{"in one without distributions", `{` + here + `,"distributions":[]}`, "segment"},
		{"the first hit of a distribution", `{` + here + `,"distributions":[{"variant":"bucket","range":` + hit +
			`},{"variant":"other","range":` + hit + `}]}`, "bucket"},
		{"the second distribution", `{` + here + `,"distributions":[{"variant":"bucket","range":` + miss +
			`},{"variant":"other","range":` + hit + `}]}`, "other"},
		{"no hit", `{` + here + `,"distributions":[{"variant":"bucket","range":` + miss + `}]}`, "segment"},
		{"no allocation has it", `{` + elsewhere + `,"distributions":[{"variant":"bucket","range":` + hit + `}]}`, "segment"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, bucketed(t, bucketFlag(userIDSelector, "salt", tt.allocations), `"user_id"`))
		})
	}
}

func TestRange(t *testing.T) {
	// 92 of 100, and then 36755910, as above.
	for _, tt := range []struct{ name, allocation, distribution, want string }{
		{"both", `[92,93]`, `[36755910,36755911]`, "bucket"},
		{"the end is not in it", `[0,92]`, everyone, "segment"},
		{"nor that of a distribution", `[0,100]`, `[0,36755910]`, "segment"},
		{"nothing in it", `[92,92]`, everyone, "segment"},
		{"turned round", `[100,0]`, everyone, "segment"},
		{"no numbers", `[]`, everyone, "segment"},
		{"one number", `[0]`, everyone, "segment"},
		{"one number that is the hash", `[92]`, everyone, "segment"},
		{"no numbers in a distribution", `[0,100]`, `[]`, "segment"},
		{"one number in a distribution", `[0,100]`, `[0]`, "segment"},
		{"more numbers", `[0,100,5]`, `[0,42949673,-1,7]`, "bucket"},
		{"negative beginning", `[-10,100]`, `[-1,42949673]`, "bucket"},
		{"negative end", `[-10,-1]`, everyone, "segment"},
		{"from far below to far above", `[-9223372036854775809,18446744073709551616]`, `[-1e300,1e300]`, "bucket"},
		{"whole with a point or an exponent", `[92.0,930e-1]`, `[3.6755910e7,36755911]`, "bucket"},
		{"not cut to 32 bits", `[4294967388,4294967396]`, everyone, "segment"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			allocation := `{"range":` + tt.allocation + `,"distributions":[{"variant":"bucket","range":` + tt.distribution + `}]}`
			assert.Equal(t, tt.want, bucketed(t, bucketFlag(userIDSelector, "salt", allocation), `"user_id"`))
		})
	}
}
