package benchdata

import (
	"fmt"

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"
)

// The types below are flag configs as the service sends them. The order of
// fields determines the order of members in the JSON.

type flag struct {
	Key      string             `json:"key"`
	Metadata map[string]any     `json:"metadata"`
	Segments []segment          `json:"segments"`
	Variants map[string]variant `json:"variants"`
}

type segment struct {
	Bucket     *bucket        `json:"bucket,omitempty"`
	Conditions [][]condition  `json:"conditions,omitempty"`
	Metadata   map[string]any `json:"metadata"`
	Variant    string         `json:"variant"`
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
	Range         [2]uint64      `json:"range"`
	Distributions []distribution `json:"distributions"`
}

type distribution struct {
	Variant string    `json:"variant"`
	Range   [2]uint64 `json:"range"`
}

type variant struct {
	Key      string         `json:"key"`
	Value    string         `json:"value,omitempty"`
	Payload  map[string]any `json:"payload,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`
}

// document encodes flags as the service does.
func document(flags []flag) []byte {
	data, err := jsonvalue.Marshal(flags)
	if err != nil {
		panic(fmt.Sprintf("benchdata: encoding flags: %v", err)) // strings and numbers always encode
	}
	return data
}
