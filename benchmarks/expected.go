package benchmarks

import "fmt"

// ExpectedVariants returns the variants that this SDK gives some users for the
// first 100 flags of the benchmarks, by user ID and flag key. Some of the users
// get a variant by the rule and the split, and others are listed in a flag.
// Amplitude's SDK must give the same variants.
func ExpectedVariants() (map[string]map[string]string, error) {
	flags, err := Flags(100)
	if err != nil {
		return nil, err
	}
	source, closeServer, err := ours.Serve(flags)
	if err != nil {
		return nil, err
	}
	defer closeServer()
	accounts := Accounts(4)
	for i := range 2 {
		accounts[i].ID = flags[i].Listed[i]
	}
	client, err := ours.Connect(source, accounts)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer client.Close()
	expected := map[string]map[string]string{}
	for i, account := range accounts {
		variants := map[string]string{}
		for j := range flags {
			key := Key(j)
			variants[key] = client.Variant(i, key)
		}
		expected[account.ID] = variants
	}
	return expected, nil
}
