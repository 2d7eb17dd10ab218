//go:build cgo && !race

package local_test

import (
	"encoding/json"
	"testing"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
	"github.com/amplitude/experiment-go-server/internal/core"
	"github.com/amplitude/experiment-go-server/internal/usercontext"
)

// The benchmarks below measure, each alone, work that an evaluation must do or
// would do in a simpler design. Machines differ and drift, but the ratios of
// other benchmarks to these, in the same run, stay.

// BenchmarkReferenceCgoCall calls a C function that does almost nothing with a
// buffer as large as a whole user.
func BenchmarkReferenceCgoCall(b *testing.B) {
	buffer := make([]byte, 300)
	b.ReportAllocs()
	for b.Loop() {
		core.CallC(buffer)
	}
}

// BenchmarkReferenceAppendUser encodes a whole user into a buffer that is
// reused.
func BenchmarkReferenceAppendUser(b *testing.B) {
	user := benchdata.User()
	paths := [][]string{
		{"user", "user_id"}, {"user", "device_id"}, {"user", "country"}, {"user", "platform"}, {"user", "version"},
	}
	for name := range user.UserProperties {
		paths = append(paths, []string{"user", "user_properties", name})
	}
	slots := make([]uint32, len(paths))
	for i := range slots {
		slots[i] = uint32(i)
	}
	encoder := usercontext.New(paths)
	users := benchdata.Users(manyUsers)
	buffer := make([]byte, 0, 1024)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		if _, err := encoder.Append(buffer, users[i%manyUsers], slots); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkReferenceMap builds the map that Evaluate returns for 100 flags if
// all of them are on.
func BenchmarkReferenceMap(b *testing.B) {
	variant := experiment.Variant{Key: "on", Value: "on", Metadata: map[string]any{"flagVersion": 1}}
	keys := flagKeys(100)
	b.ReportAllocs()
	for b.Loop() {
		variants := make(experiment.Variants, len(keys))
		for _, key := range keys {
			variants[key] = variant
		}
	}
}

// BenchmarkReferenceEncodingJSON encodes a whole user with encoding/json.
func BenchmarkReferenceEncodingJSON(b *testing.B) {
	users := benchdata.Users(manyUsers)
	b.ReportAllocs()
	i := uint(0)
	for b.Loop() {
		if _, err := json.Marshal(users[i%manyUsers]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
