// Program writes the programs of the patterns that it is given, as the core takes
// them. testdata/instructions/README.md says what for.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

func main() {
	log.SetFlags(0)
	programs := [][]uint32{}
	for _, pattern := range os.Args[1:] {
		program, err := regexprog.Compile(pattern)
		if err != nil {
			log.Fatal(err)
		}
		programs = append(programs, program)
	}
	if err := json.NewEncoder(os.Stdout).Encode(programs); err != nil {
		log.Fatal(err)
	}
}
