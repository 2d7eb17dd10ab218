package benchmarks

import (
	"encoding/json"
	"fmt"
)

// The types below are Amplitude's flag configs, with the members that a Flag
// needs. All other JSON is kept as it is.

type config struct {
	Key      string          `json:"key"`
	Metadata json.RawMessage `json:"metadata"`
	Segments []segment       `json:"segments"`
	Variants json.RawMessage `json:"variants"`
}

type segment struct {
	Bucket     *bucket         `json:"bucket,omitempty"`
	Conditions [][]condition   `json:"conditions,omitempty"`
	Metadata   json.RawMessage `json:"metadata"`
	Variant    string          `json:"variant"`
}

type condition struct {
	Op       string   `json:"op"`
	Selector []string `json:"selector"`
	Values   []string `json:"values"`
}

type bucket struct {
	Selector    []string     `json:"selector"`
	Salt        string       `json:"salt"`
	Allocations []allocation `json:"allocations"`
}

type allocation struct {
	Range         [2]float64     `json:"range"`
	Distributions []distribution `json:"distributions"`
}

type distribution struct {
	Variant string     `json:"variant"`
	Range   [2]float64 `json:"range"`
}

// firstShare returns the share of all users that the first variant gets. A
// bucket of two allocations splits each in its own way. Other models have one
// split, so this is the sum.
func (b *bucket) firstShare() float64 {
	const slots = 100 // in all allocations together
	share := 0.0
	for _, a := range b.Allocations {
		first, second := a.Distributions[0].Range, a.Distributions[1].Range
		share += (a.Range[1] - a.Range[0]) / slots * (first[1] - first[0]) / (second[1] - first[0])
	}
	return share
}

// Document returns the flags as Amplitude's service sends them.
func Document(flags []Flag) ([]byte, error) {
	configs := make([]config, len(flags))
	for i, flag := range flags {
		configs[i] = flag.config
	}
	document, err := json.Marshal(configs)
	if err != nil {
		return nil, fmt.Errorf("encoding flags: %w", err)
	}
	return document, nil
}
