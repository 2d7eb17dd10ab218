// Amplitudedata writes the testdata of module amplitude: sets of flags that are
// too large for the repository, and the variants that Amplitude's SDK must
// give. Run it in the folder benchmarks.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/amplitude/experiment-go-server/benchmarks"
)

func main() {
	log.SetFlags(0)
	for _, n := range []int{1_000, 10_000} {
		document, err := benchmarks.GeneratedFlags(n)
		if err != nil {
			log.Fatal("amplitudedata: ", err)
		}
		write(fmt.Sprintf("flags_%d.json", n), document)
	}
	variants, err := benchmarks.ExpectedVariants()
	if err != nil {
		log.Fatal("amplitudedata: evaluating flags: ", err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(variants); err != nil {
		log.Fatal("amplitudedata: encoding variants: ", err)
	}
	write("variants.json", out.Bytes())
}

// write writes a file of module amplitude's testdata.
func write(name string, data []byte) {
	if err := os.WriteFile(filepath.Join("amplitude", "testdata", name), data, 0o644); err != nil {
		log.Fatal("amplitudedata: ", err)
	}
}
