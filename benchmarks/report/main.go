// Report makes RESULTS.md and results.svg from results.txt, which
// benchmarks/run writes. Run it in the folder benchmarks.
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

// report writes RESULTS.md and results.svg.
func report() error {
	raw, err := os.Open("results.txt")
	if err != nil {
		return err
	}
	defer raw.Close()
	r, err := readResults(raw)
	if err != nil {
		return err
	}
	page, err := renderPage(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile("RESULTS.md", page, 0o644); err != nil {
		return err
	}
	return os.WriteFile("results.svg", renderPlot(r), 0o644)
}
