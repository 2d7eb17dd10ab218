package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/internal/userjson"
)

// userFlags are the command-line flags that describe the user.
type userFlags struct {
	userID, deviceID, user string
}

func (f *userFlags) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.userID, "user-id", "", "user's `ID`")
	flags.StringVar(&f.deviceID, "device-id", "", "device's `ID`")
	flags.StringVar(&f.user, "user", "", "whole user as `JSON`, such as "+
		`'{"user_id":"u","user_properties":{"plan":"pro"}}'`+", or - to read it from standard input")
}

// read returns the user that the flags describe. An ID flag takes precedence
// over the ID in the JSON.
func (f *userFlags) read(ctx context.Context, stdin io.Reader) (*experiment.User, error) {
	user := &experiment.User{}
	switch f.user {
	case "":
		if f.userID == "" && f.deviceID == "" {
			return nil, usage("no user given; use --user-id, --device-id or --user")
		}
	case "-":
		data, err := await(ctx, func() ([]byte, error) { return io.ReadAll(stdin) })
		if err != nil {
			return nil, fmt.Errorf("reading the user from standard input: %w", err)
		}
		if user, err = userjson.DecodeStrict(data); err != nil {
			return nil, fmt.Errorf("reading the user from standard input: %w", err)
		}
	default:
		var err error
		if user, err = userjson.DecodeStrict([]byte(f.user)); err != nil {
			return nil, usage("reading the user from --user: %w", err)
		}
	}
	if f.userID != "" {
		user.UserID = f.userID
	}
	if f.deviceID != "" {
		user.DeviceID = f.deviceID
	}
	return user, nil
}

// await returns what do returns, or an error as soon as ctx is done. Reading
// from a terminal or a named pipe may never end, and even opening a pipe may
// wait forever. In that case do keeps running until the program ends.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
