package benchdata

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The flag configs as the service sends them. The order of members is part of the bytes.

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

// document encodes flags as the service does, which leaves <, > and & as they are.
func document(flags []flag) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(flags); err != nil {
		panic(fmt.Sprintf("benchdata: %v", err)) // strings and numbers always encode
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
