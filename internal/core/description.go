package core

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// description is what the core tells of a plan, once: everything that callers
// ask by number or key without crossing the boundary.
type description struct {
	keys        []string
	index       index
	slots       []uint32 // of all flags, one after the other
	slotsEnd    []uint32 // by flag: where its slots end among all
	readsAll    map[uint32]bool
	outcomes    int
	outcomesEnd []uint32 // by flag: behind the number of its last outcome
	paths       [][]string
	patterns    []string
	patternUser map[uint32][]uint32 // the flags that ask a pattern
	cohorts     []Cohort
	diagnostics []Diagnostic
	cycles      map[string]*CycleError
}

// NumFlags is the number of flags that can be evaluated.
func (d *description) NumFlags() int { return len(d.keys) }

// FlagKey is the key of a flag, 0 <= flag < NumFlags.
func (d *description) FlagKey(flag uint32) string { return d.keys[flag] }

// Lookup finds a flag by key.
func (d *description) Lookup(key string) (flag uint32, ok bool) {
	return d.index.lookup(key)
}

// Cycle is the error for asking by key for a flag that a dependency cycle
// leaves out; nil for other keys.
func (d *description) Cycle(key string) *CycleError { return d.cycles[key] }

// Paths tells for each context slot the path of object member names from the
// context's root, as in ["user","user_properties","plan"]. Read-only.
func (d *description) Paths() [][]string { return d.paths }

// Slots is the context slots that a flag and the flags it depends on read, or
// nil for all slots. Read-only.
func (d *description) Slots(flag uint32) []uint32 {
	if d.readsAll[flag] {
		return nil
	}
	start, end := between(d.slotsEnd, flag)
	return d.slots[start:end:end]
}

// Outcomes is the numbers of a flag's outcomes: from the first one to before the end.
func (d *description) Outcomes(flag uint32) (first, end uint32) {
	return between(d.outcomesEnd, flag)
}

// between is where the part of a flag begins and ends, of a list that has those of all.
func between(ends []uint32, flag uint32) (start, end uint32) {
	if flag > 0 {
		start = ends[flag-1]
	}
	return start, ends[flag]
}

// Cohorts is the cohorts that flags ask about, each once. Read-only.
func (d *description) Cohorts() []Cohort { return d.cohorts }

// Diagnostics is what was left out of the plan, and why. Read-only.
func (d *description) Diagnostics() []Diagnostic { return d.diagnostics }

// NumOutcomes is the number of outcomes: 0 <= Result.Outcome < NumOutcomes.
func (d *description) NumOutcomes() int { return d.outcomes }

// describe reads the core's description.
func (d *description) describe(text []byte) error {
	var doc struct {
		Flags       json.RawMessage `json:"flags"`
		Outcomes    int             `json:"outcomes"`
		Paths       [][]string      `json:"paths"`
		Patterns    []string        `json:"patterns"`
		Cohorts     [][2]string     `json:"cohorts"`
		Cycles      [][]string      `json:"cycles"`
		Diagnostics []struct {
			Diagnostic
			Cycle *int `json:"cycle"`
		} `json:"diagnostics"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("read the description of a plan: %w", err)
	}
	d.outcomes, d.paths, d.patterns = doc.Outcomes, doc.Paths, doc.Patterns
	seen := make(map[Cohort]bool, len(doc.Cohorts))
	for _, pair := range doc.Cohorts {
		cohort := Cohort{ID: pair[0], GroupType: pair[1]}
		if !seen[cohort] {
			seen[cohort] = true
			d.cohorts = append(d.cohorts, cohort)
		}
	}
	d.cycles = make(map[string]*CycleError)
	for _, report := range doc.Diagnostics {
		d.diagnostics = append(d.diagnostics, report.Diagnostic)
		if report.Cycle != nil {
			d.cycles[report.Flag] = &CycleError{Flag: report.Flag, Cycle: doc.Cycles[*report.Cycle]}
		}
	}
	return d.describeFlags(doc.Flags)
}

// describeFlags reads [[key,[slot,...],[pattern,...],outcomes],...]. There may be
// many thousands, so it goes through the text itself; encoding/json has checked it.
func (d *description) describeFlags(text []byte) error {
	count := bytes.Count(text, []byte(`[["`)) + bytes.Count(text, []byte(`],["`))
	d.keys = make([]string, 0, count)
	d.slotsEnd = make([]uint32, 0, count)
	d.outcomesEnd = make([]uint32, 0, count)
	d.readsAll = make(map[uint32]bool)
	d.patternUser = make(map[uint32][]uint32)
	outcomes := uint32(0)
	for at := 1; at < len(text) && text[at] != ']'; { // behind the opening bracket
		if text[at] == ',' {
			at++
		}
		flag := uint32(len(d.keys))
		end := endOfString(text, at+1)
		key, err := unquote(text[at+1 : end])
		if err != nil {
			return err
		}
		d.keys = append(d.keys, key)
		at = end + 1
		if text[at] == 'n' {
			d.readsAll[flag] = true
			at += len("null")
		} else {
			at = numbers(text, at, func(slot uint32) { d.slots = append(d.slots, slot) })
		}
		d.slotsEnd = append(d.slotsEnd, uint32(len(d.slots)))
		at = numbers(text, at+1, func(pattern uint32) {
			d.patternUser[pattern] = append(d.patternUser[pattern], flag)
		})
		at = numbers(text, at, func(n uint32) { outcomes += n }) // up to the flag's closing bracket
		d.outcomesEnd = append(d.outcomesEnd, outcomes)
	}
	d.index = newIndex(d.keys)
	return nil
}

// unquote decodes a JSON string.
func unquote(text []byte) (string, error) {
	if bytes.IndexByte(text, '\\') < 0 {
		return string(text[1 : len(text)-1]), nil
	}
	var key string
	if err := json.Unmarshal(text, &key); err != nil {
		return "", fmt.Errorf("read the key of a flag: %w", err)
	}
	return key, nil
}

// endOfString is the offset behind the string that begins at all[at].
func endOfString(all []byte, at int) int {
	for at++; all[at] != '"'; at++ {
		if all[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// numbers calls each with the numbers between the byte all[at] and the next closing
// bracket, and returns the offset behind that.
func numbers(all []byte, at int, each func(uint32)) int {
	number, any := uint32(0), false
	for at++; ; at++ {
		c := all[at]
		if c >= '0' && c <= '9' {
			number, any = number*10+uint32(c-'0'), true
			continue
		}
		if any {
			each(number)
		}
		if c == ']' {
			return at + 1
		}
		number, any = 0, false
	}
}

// reportPattern reports a pattern that is no regular expression for each flag that has it.
func (d *description) reportPattern(pattern uint32, cause error) {
	reported := make(map[uint32]bool)
	for _, flag := range d.patternUser[pattern] {
		if reported[flag] {
			continue
		}
		reported[flag] = true
		d.diagnostics = append(d.diagnostics, Diagnostic{
			Flag: d.keys[flag], Entry: -1, Code: "regex", Offset: -1,
			Message: fmt.Sprintf("a regular expression never matches: %v", cause),
		})
	}
}
