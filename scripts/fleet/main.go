// Command fleet shows how the requests of many clients spread over time. It
// starts a fake service and a fleet of local clients in one process, four
// times: clients that poll, clients that start in an outage, clients whose
// streams reconnect as planned, and clients whose streams an outage breaks. It
// writes histograms of the requests to an SVG file, and a table of figures to
// standard output. Run it from the root of the module:
//
//	go run ./scripts/fleet [-clients 1000] [-svg docs/fleet.svg]
//
// The clients wait as long as the SDK's defaults say, except in one case: the
// planned reconnects come after 10 seconds instead of 15 minutes. Their jitter
// is the default one, 5 seconds to either side. A run takes some 4 minutes, and
// 5 file descriptors a client.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./scripts/fleet [-clients N] [-svg FILE]")
		flag.PrintDefaults()
	}
	clients := flag.Int("clients", 1000, "how many `clients` each fleet has")
	svg := flag.String("svg", "docs/fleet.svg", "the `file` to write histograms to")
	flag.Parse()
	if flag.NArg() > 0 || *clients < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *svg, realSchedule(*clients)); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

// run measures everything, and writes the histograms to a file and the table to
// out.
func run(ctx context.Context, out io.Writer, file string, s schedule) error {
	measured, err := measure(ctx, s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, renderPlot(measured), 0o644); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	writeTable(w, rows(measured))
	return w.Flush()
}
