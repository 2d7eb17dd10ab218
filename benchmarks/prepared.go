package benchmarks

import (
	"fmt"

	"github.com/amplitude/experiment-go-server/local"
)

var oursPrepared = SDK{Name: "ours-prepared", Path: ours.Path, Document: Document, Connect: connectPrepared}

type preparedClient struct {
	*ourClient
	subjects []*local.Subject
}

func connectPrepared(from Source, accounts []*Account) (Client, error) {
	client, err := connectOurs(from, accounts)
	if err != nil {
		return nil, err
	}
	c := &preparedClient{ourClient: client.(*ourClient)}
	c.subjects = usersOf(accounts, c.subject)
	return c, nil
}

func (c *preparedClient) subject(a *Account) *local.Subject {
	subject, err := c.client.Prepare(ourUser(a))
	if err != nil {
		panic(fmt.Sprintf("preparing %s: %v", a.ID, err)) // JSON can encode every field of an Account
	}
	return subject
}

func (c *preparedClient) Variant(account int, flagKey string) string {
	variant, _ := c.subjects[account].Variant(flagKey)
	return variant.Key
}

func (c *preparedClient) VariantsOf(account *Account, flagKeys ...string) string {
	subject, last := c.subject(account), ""
	for _, key := range flagKeys {
		variant, _ := subject.Variant(key)
		last = variant.Key
	}
	return last
}
