// Report makes RESULTS.md and results.svg of results.txt, which benchmarks/run
// writes. Run it in the folder benchmarks.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := report(); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func report() error {
	raw, err := os.Open("results.txt")
	if err != nil {
		return err
	}
	defer raw.Close()
	r, err := read(raw)
	if err != nil {
		return err
	}
	text, err := page(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile("RESULTS.md", text, 0o644); err != nil {
		return err
	}
	return os.WriteFile("results.svg", plot(r), 0o644)
}
