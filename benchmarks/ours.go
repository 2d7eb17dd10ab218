package benchmarks

import (
	"context"
	"log/slog"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
)

var ours = SDK{Name: "ours", Path: "/sdk/v2/flags", Document: Document, Connect: connectOurs}

type ourClient struct {
	client *local.Client
	users  []*experiment.User
}

func connectOurs(from Source, accounts []*Account) (Client, error) {
	client, err := local.Initialize("server-benchmarks", &local.Config{
		ServerURL:                 from.URL,
		FlagConfigPollingInterval: local.NoPolling,
		Logger:                    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	if err := client.Start(context.Background()); err != nil {
		return nil, err
	}
	return &ourClient{client, usersOf(accounts, ourUser)}, nil
}

func ourUser(a *Account) *experiment.User {
	return &experiment.User{
		UserID: a.ID, DeviceID: a.Device, Country: a.Country, Platform: a.Platform, Version: a.Version,
		UserProperties: a.properties(0),
	}
}

func (c *ourClient) Variant(account int, flagKey string) string {
	variant, _ := c.client.Variant(c.users[account], flagKey)
	return variant.Key
}

func (c *ourClient) VariantsOf(account *Account, flagKeys ...string) string {
	user, last := ourUser(account), experiment.Variant{}
	for _, key := range flagKeys {
		last, _ = c.client.Variant(user, key)
	}
	return last.Key
}

func (c *ourClient) All(account int) int {
	// The other SDKs include default variants too.
	variants, err := c.client.EvaluateWithOptions(c.users[account], local.EvaluateOptions{IncludeDefaults: true})
	if err != nil {
		return 0
	}
	return len(variants)
}

func (c *ourClient) Close() { c.client.Close() }
