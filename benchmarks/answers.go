package benchmarks

import (
	"fmt"

	"github.com/amplitude/experiment-go-server/internal/benchdata"
)

// Answers is the variants of the first 100 flags of benchdata that ours gives some users, by user ID and flag key: users by
// the split and by the rule, and others who are listed in one of the flags. Amplitude's SDK has to give the same.
func Answers() (map[string]map[string]string, error) {
	flags, err := Flags(100)
	if err != nil {
		return nil, err
	}
	source, end, err := ours.Serve(flags)
	if err != nil {
		return nil, err
	}
	defer end()
	accounts := Accounts(4)
	for i := range 2 {
		accounts[i].ID = flags[i].Listed[i]
	}
	client, err := ours.Connect(source, accounts)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer client.Close()
	answers := map[string]map[string]string{}
	for i, account := range accounts {
		variants := map[string]string{}
		for j := range flags {
			key := benchdata.Key(j)
			variants[key] = client.Variant(i, key)
		}
		answers[account.ID] = variants
	}
	return answers, nil
}
