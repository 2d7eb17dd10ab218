// Command bench-table prints tables of benchmark results: the goals of the
// project with the measurements and whether they meet the goals, and how costs
// grow with the number of flags, properties and goroutines. Run it from the
// root of the module:
//
//	go run ./scripts/bench-table [FILE]
//
// FILE is the output of "go test -bench" (make bench writes bench.txt),
// standard input by default. For several runs of a benchmark the tables show
// the median. They are Markdown.
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

// run prints the tables for a file, or for standard input if file is empty.
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

// tables writes all tables for the output of benchmarks.
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
