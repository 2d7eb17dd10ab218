package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// servedFile is a file whose content the fake service serves, and its state
// when it was last read.
type servedFile struct {
	path string
	// previous names what stays in use if the file becomes invalid.
	previous string
	// load reads the file and hands its content to the server. An error leaves
	// the server unchanged.
	load func(context.Context, *experimenttest.Server) error

	modified time.Time
	size     int64
}

// note remembers the state of the file. The caller reads the content
// afterwards, so that a change in between is noticed the next time.
func (f *servedFile) note() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	f.modified, f.size = info.ModTime(), info.Size()
	return nil
}

// changed reports whether the file has changed since it was last read.
func (f *servedFile) changed() bool {
	info, err := os.Stat(f.path)
	// A missing file is not a change: some editors remove a file for a moment
	// when they save it.
	return err == nil && (!info.ModTime().Equal(f.modified) || info.Size() != f.size)
}

// reload serves the file again if it has changed.
func (f *servedFile) reload(ctx context.Context, server *experimenttest.Server, out, problems io.Writer) {
	if !f.changed() {
		return
	}
	err := f.note()
	if err == nil {
		err = f.load(ctx, server)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		fmt.Fprintf(problems, "xpmt: reloading %s: %v; the previous %s stay in use\n", f.path, err, f.previous)
	default:
		fmt.Fprintf(out, "%s changed and is served\n", f.path)
	}
}

// follow reloads the files whenever they change, until ctx is done.
func follow(ctx context.Context, files []*servedFile, server *experimenttest.Server, out, problems io.Writer) {
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, file := range files {
			file.reload(ctx, server, out, problems)
		}
	}
}
