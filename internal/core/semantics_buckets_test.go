//go:build cgo

package core_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bucketFlag returns a flag whose first segment has a bucket with these
// allocations. The bucket may name the variants "bucket" and "other"; users
// without a variant of the bucket get "segment".
func bucketFlag(selector, salt, allocations string) string {
	return `[{"key":"f","variants":{"bucket":{"key":"bucket"},"other":{"key":"other"},
		"segment":{"key":"segment"},"next":{"key":"next"}},
		"segments":[{"variant":"segment","bucket":{"selector":` + selector + `,"salt":"` + salt + `",
			"allocations":[` + allocations + `]}},
		{"variant":"next"}]}]`
}

const userIDSelector = `["context","user","user_id"]`

// everyone is the range of a distribution that includes every user: hashes are
// below 2^32, and 2^32 / 100 is below its end.
const everyone = `[0,42949673]`

// bucketed returns the key of the variant for a user whose user_id is this
// JSON.
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

// Amplitude's SDKs in several languages give these hashes. The last one, of a
// string as long as real IDs, was computed outside this project from the
// definition of murmur3.
func TestSemantics_BucketHash(t *testing.T) {
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
			for _, ranges := range []struct {
				name                 string
				from, to, start, end uint32
				want                 string
			}{
				{"exactly", hundredth, hundredth + 1, rest, rest + 1, "bucket"},
				{"the allocation ends before", 0, hundredth, rest, rest + 1, "segment"},
				{"the allocation begins after", hundredth + 1, 100, rest, rest + 1, "segment"},
				{"the distribution ends before", hundredth, hundredth + 1, 0, rest, "segment"},
				{"the distribution begins after", hundredth, hundredth + 1, rest + 1, 42949673, "segment"},
				{"everyone", 0, 100, 0, 42949673, "bucket"},
			} {
				allocation := fmt.Sprintf(`{"range":[%d,%d],"distributions":[{"variant":"bucket","range":[%d,%d]}]}`,
					ranges.from, ranges.to, ranges.start, ranges.end)
				flags := bucketFlag(userIDSelector, tt.salt, allocation)
				assert.Equal(t, ranges.want, bucketed(t, flags, quote(t, tt.value)), ranges.name)
			}
		})
	}
}

func TestSemantics_BucketWithoutAValue(t *testing.T) {
	all := bucketFlag(userIDSelector, "s",
		`{"range":[0,100],"distributions":[{"variant":"bucket","range":`+everyone+`}]}`)
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

// A value that is not a string is hashed as its string.
func TestSemantics_BucketValueAsString(t *testing.T) {
	for _, tt := range []stringCase{
		{"a number", `1.0`, `1`},
		{"a boolean", `true`, `true`},
		{"an object", `{"b": 1.50, "a": "<"}`, `{"b":1.5,"a":"<"}`},
		{"an array", `[ 1, null ]`, `[1,null]`},
		{"escapes", `"\u65e5\n"`, "日\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// With ninety ranges, nearly all values get different variants.
			allocation := `{"range":[0,100],"distributions":[`
			for i := range 90 {
				allocation += fmt.Sprintf(`{"variant":"v%d","range":[%d,%d]},`, i, i*477219, (i+1)*477219)
			}
			allocation = allocation[:len(allocation)-1] + `]}`
			variants := ""
			for i := range 90 {
				variants += fmt.Sprintf(`"v%d":{"key":"v%d"},`, i, i)
			}
			plan := compile(t, `[{"key":"f","variants":{`+variants[:len(variants)-1]+`},"segments":[{"bucket":{
				"selector":`+userIDSelector+`,"salt":"s","allocations":[`+allocation+`]}}]}]`)
			asValue := evaluate(t, plan, `{"user":{"user_id":`+tt.value+`}}`)
			asString := evaluate(t, plan, `{"user":{"user_id":`+quote(t, tt.want)+`}}`)
			require.Len(t, asString, 1)
			assert.Equal(t, asString, asValue)
		})
	}
}

func TestSemantics_AllocationsInOrder(t *testing.T) {
	allocation := func(slots string, distributions ...string) string {
		return `{"range":` + slots + `,"distributions":[` + strings.Join(distributions, ",") + `]}`
	}
	distribution := func(variant, hashes string) string {
		return `{"variant":"` + variant + `","range":` + hashes + `}`
	}
	// The hash of salt/user_id is 3675591092, which gives 92 and 36755910.
	const here, elsewhere = `[0,100]`, `[0,92]`
	const hit, miss = `[36755910,36755911]`, `[0,36755910]`
	for _, tt := range []struct {
		name        string
		allocations []string
		want        string
	}{
		{"none", nil, "segment"},
		{
			"the first hit",
			[]string{allocation(here, distribution("bucket", hit)), allocation(here, distribution("other", hit))},
			"bucket",
		},
		{
			"not in the first",
			[]string{allocation(elsewhere, distribution("bucket", hit)), allocation(here, distribution("other", hit))},
			"other",
		},
		{
			"in the first without a distribution",
			[]string{allocation(here, distribution("bucket", miss)), allocation(here, distribution("other", hit))},
			"other",
		},
		{"in one without distributions", []string{allocation(here)}, "segment"},
		{
			"the first hit of a distribution",
			[]string{allocation(here, distribution("bucket", hit), distribution("other", hit))}, "bucket",
		},
		{
			"the second distribution",
			[]string{allocation(here, distribution("bucket", miss), distribution("other", hit))}, "other",
		},
		{"no hit", []string{allocation(here, distribution("bucket", miss))}, "segment"},
		{"no allocation has it", []string{allocation(elsewhere, distribution("bucket", hit))}, "segment"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			flags := bucketFlag(userIDSelector, "salt", strings.Join(tt.allocations, ","))
			assert.Equal(t, tt.want, bucketed(t, flags, `"user_id"`))
		})
	}
}

func TestSemantics_BucketRange(t *testing.T) {
	// The hash of salt/user_id gives 92 and 36755910, as above.
	for _, tt := range []struct{ name, allocation, distribution, want string }{
		{"both", `[92,93]`, `[36755910,36755911]`, "bucket"},
		{"the end is excluded", `[0,92]`, everyone, "segment"},
		{"the end of a distribution is excluded", `[0,100]`, `[0,36755910]`, "segment"},
		{"empty", `[92,92]`, everyone, "segment"},
		{"reversed", `[100,0]`, everyone, "segment"},
		{"no numbers", `[]`, everyone, "segment"},
		{"one number", `[0]`, everyone, "segment"},
		{"one number that is the hash", `[92]`, everyone, "segment"},
		{"no numbers in a distribution", `[0,100]`, `[]`, "segment"},
		{"one number in a distribution", `[0,100]`, `[0]`, "segment"},
		{"more numbers", `[0,100,5]`, `[0,42949673,-1,7]`, "bucket"},
		{"negative beginning", `[-10,100]`, `[-1,42949673]`, "bucket"},
		{"negative end", `[-10,-1]`, everyone, "segment"},
		{"from far below to far above", `[-9223372036854775809,18446744073709551616]`, `[-1e300,1e300]`, "bucket"},
		{"whole numbers with a point or an exponent", `[92.0,930e-1]`, `[3.6755910e7,36755911]`, "bucket"},
		{"not truncated to 32 bits", `[4294967388,4294967396]`, everyone, "segment"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			allocation := `{"range":` + tt.allocation + `,"distributions":[
				{"variant":"bucket","range":` + tt.distribution + `}]}`
			assert.Equal(t, tt.want, bucketed(t, bucketFlag(userIDSelector, "salt", allocation), `"user_id"`))
		})
	}
}
