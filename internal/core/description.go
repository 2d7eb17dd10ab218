package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// description is what the core reports about a plan when it is compiled. It
// answers questions by number or key without crossing the boundary.
type description struct {
	keys         []string
	index        index
	slots        []uint32 // of all flags, one after the other
	slotsEnd     []uint32 // by flag: the end of its part of slots
	readsAll     map[uint32]bool
	outcomes     int
	outcomesEnd  []uint32 // by flag: the number after its last outcome
	paths        [][]string
	patterns     []string
	patternFlags map[uint32][]uint32 // by pattern: the flags that use it
	parents      []uint32            // of all flags, one after the other
	parentsEnd   []uint32            // by flag: the end of its part of parents
	ranges       []byteRange         // by flag
	cohorts      []Cohort
	reads        cohortReads
	diagnostics  []Diagnostic
	cycles       map[string]*CycleError
}

// byteRange is a part of the document that a plan was compiled from.
type byteRange struct{ begin, end uint32 }

// NumFlags returns the number of flags that can be evaluated.
func (d *description) NumFlags() int { return len(d.keys) }

// FlagKey returns the key of a flag, 0 <= flag < NumFlags.
func (d *description) FlagKey(flag uint32) string { return d.keys[flag] }

// FlagKeys returns the keys of all flags, in a new slice.
func (d *description) FlagKeys() []string { return slices.Clone(d.keys) }

// Lookup returns the number of the flag with this key.
func (d *description) Lookup(key string) (flag uint32, ok bool) {
	return d.index.lookup(key)
}

// Cycle returns the error for asking for this key, if a dependency cycle left
// the flag out. It returns nil for other keys.
func (d *description) Cycle(key string) *CycleError { return d.cycles[key] }

// Paths returns, by context slot, the path of object member names from the
// context's root, such as ["user","user_properties","plan"]. It is read-only.
func (d *description) Paths() [][]string { return d.paths }

// Slots returns the context slots that a flag and the flags it depends on read,
// or nil for all slots. It is read-only.
func (d *description) Slots(flag uint32) []uint32 {
	if d.readsAll[flag] {
		return nil
	}
	start, end := bounds(d.slotsEnd, flag)
	return d.slots[start:end:end]
}

// Outcomes returns the first number of a flag's outcomes, which are numbered
// consecutively, and the number after its last.
func (d *description) Outcomes(flag uint32) (first, end uint32) {
	return bounds(d.outcomesEnd, flag)
}

// bounds returns where a flag's part of a list begins and ends. ends holds the
// end of each flag's part.
func bounds(ends []uint32, flag uint32) (start, end uint32) {
	if flag > 0 {
		start = ends[flag-1]
	}
	return start, ends[flag]
}

// Parents returns the flags that a flag names as its dependencies; their
// numbers are lower than its own, and may repeat. It is read-only.
func (d *description) Parents(flag uint32) []uint32 {
	start, end := bounds(d.parentsEnd, flag)
	return d.parents[start:end:end]
}

// Range returns where a flag's config begins and ends in the document that was
// compiled, in bytes.
func (d *description) Range(flag uint32) (begin, end int) {
	return int(d.ranges[flag].begin), int(d.ranges[flag].end)
}

// Diagnostics returns what was left out of the plan, and why. It is read-only.
func (d *description) Diagnostics() []Diagnostic { return d.diagnostics }

// NumOutcomes returns the number of outcomes. They are numbered from 0.
func (d *description) NumOutcomes() int { return d.outcomes }

// describe parses the core's description of a plan.
func (d *description) describe(data []byte) error {
	var doc struct {
		Flags       json.RawMessage `json:"flags"`
		Outcomes    int             `json:"outcomes"`
		Paths       [][]string      `json:"paths"`
		Patterns    []string        `json:"patterns"`
		Cohorts     [][2]*string    `json:"cohorts"`
		Cycles      [][]string      `json:"cycles"`
		Diagnostics []struct {
			Diagnostic
			Cycle *int `json:"cycle"`
		} `json:"diagnostics"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("reading the description of the plan: %w", err)
	}
	d.outcomes, d.paths, d.patterns = doc.Outcomes, doc.Paths, doc.Patterns
	d.cycles = make(map[string]*CycleError)
	for _, report := range doc.Diagnostics {
		d.diagnostics = append(d.diagnostics, report.Diagnostic)
		if report.Cycle != nil {
			d.cycles[report.Flag] = &CycleError{Flag: report.Flag, Cycle: doc.Cycles[*report.Cycle]}
		}
	}
	cohortCounts, err := d.describeFlags(doc.Flags)
	if err != nil {
		return err
	}
	d.describeCohorts(doc.Cohorts, cohortCounts)
	return nil
}

// describeFlags parses the list of flags, [[key,[slot,...],[pattern,...],
// [parent,...],outcomes,cohorts,begin,end],...], and returns the numbers of
// cohorts. There may be many thousands of flags, so it scans the JSON itself.
// The JSON must be valid.
func (d *description) describeFlags(data []byte) (cohortCounts []uint32, err error) {
	count := bytes.Count(data, []byte(`[["`)) + bytes.Count(data, []byte(`],["`))
	d.keys = make([]string, 0, count)
	d.slotsEnd = make([]uint32, 0, count)
	d.outcomesEnd = make([]uint32, 0, count)
	d.parentsEnd = make([]uint32, 0, count)
	d.ranges = make([]byteRange, 0, count)
	cohortCounts = make([]uint32, 0, count)
	d.readsAll = make(map[uint32]bool)
	d.patternFlags = make(map[uint32][]uint32)
	outcomes := uint32(0)
	for i := 1; i < len(data) && data[i] != ']'; { // from after the opening bracket
		if data[i] == ',' {
			i++
		}
		flag := uint32(len(d.keys))
		end := stringEnd(data, i+1)
		key, err := unquote(data[i+1 : end])
		if err != nil {
			return nil, err
		}
		d.keys = append(d.keys, key)
		i = end + 1
		if data[i] == 'n' {
			d.readsAll[flag] = true
			i += len("null")
		} else {
			i = eachNumber(data, i, func(slot uint32) { d.slots = append(d.slots, slot) })
		}
		d.slotsEnd = append(d.slotsEnd, uint32(len(d.slots)))
		i = eachNumber(data, i+1, func(pattern uint32) {
			d.patternFlags[pattern] = append(d.patternFlags[pattern], flag)
		})
		i = eachNumber(data, i+1, func(parent uint32) { d.parents = append(d.parents, parent) })
		d.parentsEnd = append(d.parentsEnd, uint32(len(d.parents)))
		var last [4]uint32 // outcomes, cohorts, begin, end
		n := 0
		i = eachNumber(data, i, func(number uint32) { last[n], n = number, n+1 })
		outcomes += last[0]
		d.outcomesEnd = append(d.outcomesEnd, outcomes)
		cohortCounts = append(cohortCounts, last[1])
		d.ranges = append(d.ranges, byteRange{last[2], last[3]})
	}
	d.index = newIndex(d.keys)
	return cohortCounts, nil
}

// unquote decodes a JSON string.
func unquote(quoted []byte) (string, error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var key string
	if err := json.Unmarshal(quoted, &key); err != nil {
		return "", fmt.Errorf("reading the key of a flag: %w", err)
	}
	return key, nil
}

// stringEnd returns the index after the JSON string that begins at data[i].
func stringEnd(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// eachNumber calls visit for each number between data[i], a bracket or a comma,
// and the next closing bracket. It returns the index after that bracket.
func eachNumber(data []byte, i int, visit func(uint32)) int {
	number, inNumber := uint32(0), false
	for i++; ; i++ {
		c := data[i]
		if c >= '0' && c <= '9' {
			number, inNumber = number*10+uint32(c-'0'), true
			continue
		}
		if inNumber {
			visit(number)
		}
		if c == ']' {
			return i + 1
		}
		number, inNumber = 0, false
	}
}

// reportPattern adds a diagnostic about an invalid pattern for each flag that
// uses it.
func (d *description) reportPattern(pattern uint32, cause error) {
	reported := make(map[uint32]bool)
	for _, flag := range d.patternFlags[pattern] {
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
