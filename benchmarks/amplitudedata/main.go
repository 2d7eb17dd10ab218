// Amplitudedata writes what the module amplitude reads, into its testdata: flags
// that are too many for a file in the repository, and the variants that its SDK
// has to give. Run it in the folder benchmarks.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/amplitude/experiment-go-server/benchmarks"
	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

func main() {
	log.SetFlags(0)
	for _, n := range []int{1_000, 10_000} {
		write(fmt.Sprintf("flags_%d.json", n), benchdata.Flags(n))
	}
	answers, err := benchmarks.Answers()
	if err != nil {
		log.Fatal("amplitudedata: ", err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(answers); err != nil {
		log.Fatal("amplitudedata: ", err)
	}
	write("variants.json", text.Bytes())
}

func write(name string, text []byte) {
	if err := os.WriteFile(filepath.Join("amplitude", "testdata", name), text, 0o644); err != nil {
		log.Fatal("amplitudedata: ", err)
	}
}
