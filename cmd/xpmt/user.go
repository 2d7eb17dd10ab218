package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/amplitude/experiment-go-server/experiment"
)

// userFlags are the command-line flags that say who the user is.
type userFlags struct {
	userID, deviceID, user string
}

func (f *userFlags) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.userID, "user-id", "", "user's `ID`")
	flags.StringVar(&f.deviceID, "device-id", "", "device's `ID`")
	flags.StringVar(&f.user, "user", "", "whole user as `JSON`, such as '{\"user_id\":\"u\",\"user_properties\":{\"plan\":\"pro\"}}'; "+
		"- reads it from the standard input")
}

// read gives the user that the flags describe; IDs of their own go before those in the JSON.
func (f *userFlags) read(ctx context.Context, stdin io.Reader) (*experiment.User, error) {
	user := &experiment.User{}
	switch f.user {
	case "":
		if f.userID == "" && f.deviceID == "" {
			return nil, usage("no user given: use --user-id, --device-id or --user")
		}
	case "-":
		text, err := readAll(ctx, stdin)
		if err != nil {
			return nil, fmt.Errorf("reading the user from the standard input: %w", err)
		}
		if user, err = decodeUser(text); err != nil {
			return nil, fmt.Errorf("reading the user from the standard input: %w", err)
		}
	default:
		var err error
		if user, err = decodeUser([]byte(f.user)); err != nil {
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

// decodeUser refuses unknown members: a misspelt one would otherwise be lost without a word. Numbers stay as written.
func decodeUser(text []byte) (*experiment.User, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	var user *experiment.User
	if err := decoder.Decode(&user); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		return nil, err
	}
	if user == nil {
		return nil, errors.New("it is null")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return user, nil
}

// readAll reads the input to its end, but no longer than ctx lasts: a terminal's input may never end.
func readAll(ctx context.Context, input io.Reader) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(input)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
