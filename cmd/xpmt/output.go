package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/amplitude/experiment-go-server/experiment"
)

// writeVariants writes variants by flag key: as JSON for programs, or as a table for people.
func writeVariants(out io.Writer, variants map[string]experiment.Variant, asJSON bool) error {
	if asJSON {
		return writeJSON(out, variants)
	}
	if len(variants) == 0 {
		_, err := fmt.Fprintln(out, "no variants (default ones are shown with --include-defaults)")
		return err
	}
	rows := [][]string{{"FLAG", "VARIANT", "PAYLOAD", "SEGMENT"}}
	for _, key := range slices.Sorted(maps.Keys(variants)) {
		variant := variants[key]
		payload, err := payloadText(variant.Payload)
		if err != nil {
			return fmt.Errorf("writing flag %q: %w", key, err)
		}
		segment, _ := variant.Metadata["segmentName"].(string)
		rows = append(rows, []string{key, variantText(variant), payload, segment})
	}
	return writeTable(out, rows)
}

func writeJSON(out io.Writer, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := out.Write(text.Bytes())
	return err
}

// variantText is the key, and the value where that says something else.
func variantText(variant experiment.Variant) string {
	switch variant.Value {
	case "", variant.Key:
		return variant.Key
	}
	return strings.TrimSpace(variant.Key + " = " + variant.Value)
}

func payloadText(payload any) (string, error) {
	if payload == nil {
		return "", nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return "", err
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

// writeTable aligns columns, under a first row of headings.
func writeTable(out io.Writer, rows [][]string) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cellText(cell)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := out.Write(text.Bytes())
	return err
}

// cellText fits text into a cell: "-" is nothing, long text is cut (--json has all of it), and what a terminal might
// obey, or would break the columns, is quoted.
func cellText(text string) string {
	const most = 60
	if text == "" {
		return "-"
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		text = strconv.Quote(text)
	}
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most-1]) + "…"
	}
	return text
}
