// Bench-data writes the flags and users of the benchmarks to standard output,
// for modules of their own, which cannot import internal/benchdata.
//
//	go run ./scripts/bench-data flags 100   # a document of 100 flag configs
//	go run ./scripts/bench-data users 100   # a JSON array of 100 users
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

func main() {
	data, err := generate(os.Args[1:])
	if err == nil {
		_, err = os.Stdout.Write(data)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-data:", err)
		os.Exit(1)
	}
}

func generate(args []string) ([]byte, error) {
	if len(args) != 2 {
		return nil, fmt.Errorf("got %d arguments: give flags or users, and how many", len(args))
	}
	n, err := strconv.Atoi(args[1])
	if err != nil || n < 0 {
		return nil, fmt.Errorf("%q is not a number of %s", args[1], args[0])
	}
	switch args[0] {
	case "flags":
		return benchdata.Flags(n), nil
	case "users":
		return json.Marshal(benchdata.Users(n))
	}
	return nil, fmt.Errorf("%q is unknown: use flags or users", args[0])
}
