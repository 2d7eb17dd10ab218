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

	"github.com/amplitude/experiment-go-server/internal/jsonvalue"

	"github.com/amplitude/experiment-go-server/experiment"
)

// writeVariants writes variants by flag key as a table.
func writeVariants(out io.Writer, variants experiment.Variants) error {
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

// writeJSON writes value as indented JSON and a newline.
func writeJSON(out io.Writer, value any) error {
	compact, err := jsonvalue.Marshal(value)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, compact, "", "  "); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	indented.WriteByte('\n')
	_, err = out.Write(indented.Bytes())
	return err
}

// variantText returns the variant's key, followed by its value if that differs.
func variantText(variant experiment.Variant) string {
	switch variant.Value {
	case "", variant.Key:
		return variant.Key
	}
	return strings.TrimSpace(variant.Key + " = " + variant.Value)
}

// payloadText returns a payload as compact JSON, or "" if there is no payload.
func payloadText(payload any) (string, error) {
	if payload == nil {
		return "", nil
	}
	encoded, err := jsonvalue.Marshal(payload)
	return string(encoded), err
}

// writeTable writes rows with aligned columns. The first row has the headings.
func writeTable(out io.Writer, rows [][]string) error {
	var aligned bytes.Buffer
	table := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
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
	_, err := out.Write(aligned.Bytes())
	return err
}

// maxCellRunes is the width of a cell at which longer content is cut.
const maxCellRunes = 60

// cellText returns what a cell shows of its content. "-" stands for nothing,
// and long content is cut: --json shows all of it. Content with characters that
// would break the columns, or that a terminal might obey, is quoted.
func cellText(content string) string {
	if content == "" {
		return "-"
	}
	if strings.ContainsFunc(content, func(r rune) bool { return !unicode.IsPrint(r) }) {
		content = strconv.Quote(content)
	}
	if runes := []rune(content); len(runes) > maxCellRunes {
		content = string(runes[:maxCellRunes-1]) + "…"
	}
	return content
}
