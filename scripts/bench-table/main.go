// Command bench-table makes tables of what the benchmarks measured: the goals of
// the project, each with what was measured and whether that meets it, and how
// costs grow with the number of flags, properties and goroutines. Run it from
// the root of the module:
//
//	go run ./scripts/bench-table [FILE]
//
// FILE is the output of "go test -bench" (make bench writes bench.txt), standard
// input by default. Of several runs of a benchmark it takes the median. The
// tables are Markdown.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/bench-table [FILE]")
	}
	flag.Parse()
	if flag.NArg() > 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "bench-table:", err)
		os.Exit(1)
	}
}

func run(file string) error {
	in := os.Stdin
	if file != "" {
		opened, err := os.Open(file)
		if err != nil {
			return err
		}
		defer opened.Close()
		in = opened
	}
	return tables(os.Stdout, in)
}

// tables writes all tables for a benchmark output.
func tables(out io.Writer, in io.Reader) error {
	measured, err := parse(in)
	if err != nil {
		return err
	}
	if len(measured.names) == 0 {
		return errors.New("the input has no benchmark results")
	}
	w := bufio.NewWriter(out)
	writeGoals(w, measured)
	writeReferences(w, measured)
	writeCurves(w, measured)
	return w.Flush()
}
