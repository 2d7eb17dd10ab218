package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Suite is a file of vectors: flags, and cases that say what they evaluate to.
// It is read-only after Load.
type Suite struct {
	// Name is the suite's own name, or its file's without the extension.
	Name string

	// flags and every context stay the text of the file, since member order and
	// the way numbers are written are part of what the vectors check.
	flags json.RawMessage
	cases []testCase
}

// testCase is one evaluation and the whole of what it must give.
type testCase struct {
	id       string
	context  json.RawMessage
	flagKeys []string
	// keysOnly compares the keys of variants only, and only of the flags in want.
	keysOnly bool
	// cycle says that the evaluation must fail because of a dependency cycle.
	cycle bool
	// want has the normal form of a variant by flag key; with keysOnly, its key,
	// or nil where the flag must have no result.
	want map[string]any
}

// suiteFile is the format; testdata/conformance/README.md describes it.
type suiteFile struct {
	Name     string                     `json:"name"`
	Kind     string                     `json:"kind"`
	Flags    json.RawMessage            `json:"flags"`
	Contexts map[string]json.RawMessage `json:"contexts"`
	Cases    []caseFile                 `json:"cases"`

	IDs         []json.RawMessage `json:"ids"`
	VariantKeys []*string         `json:"variantKeys"`
	Expect      map[string][]int  `json:"expect"`
}

type caseFile struct {
	ID          string          `json:"id"`
	Context     json.RawMessage `json:"context"`
	ContextID   *string         `json:"contextId"`
	FlagKeys    []string        `json:"flagKeys"`
	Expect      json.RawMessage `json:"expect"`
	ExpectError string          `json:"expectError"`
}

// Files lists the suites at a path, in order: the file itself, or every .json
// file in the folder and below it. A folder without any is an error, so that a
// misspelt path never passes.
func Files(path string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && (name == path || strings.HasSuffix(name, ".json")) {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find suites: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("find suites: no .json file in %s", path)
	}
	return files, nil
}

// Load reads a suite. A file that is not in the format, or a case that would
// check nothing, is an error that names the place.
func Load(path string) (*Suite, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load suite: %w", err)
	}
	suite, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("load suite %s: %w", path, err)
	}
	if suite.Name == "" {
		suite.Name = strings.TrimSuffix(filepath.Base(path), ".json")
	}
	return suite, nil
}

func parse(text []byte) (*Suite, error) {
	var file suiteFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Flags) == 0 {
		return nil, errors.New(`it has no "flags"`)
	}
	suite := &Suite{Name: file.Name, flags: file.Flags}
	var err error
	switch file.Kind {
	case "":
		suite.cases, err = file.plainCases()
	case "bucketing":
		suite.cases, err = file.bucketingCases()
	default:
		err = fmt.Errorf("kind %q is unknown", file.Kind)
	}
	if err == nil && len(suite.cases) == 0 {
		err = errors.New("it has no cases")
	}
	return suite, err
}

func (f *suiteFile) plainCases() ([]testCase, error) {
	cases := make([]testCase, len(f.Cases))
	for i, c := range f.Cases {
		parsed, err := f.plainCase(c)
		if err != nil {
			return nil, fmt.Errorf("case %d (%q): %w", i, c.ID, err)
		}
		cases[i] = parsed
	}
	return cases, nil
}

func (f *suiteFile) plainCase(c caseFile) (testCase, error) {
	parsed := testCase{id: c.ID, context: c.Context, flagKeys: c.FlagKeys}
	if c.ContextID != nil {
		parsed.context = f.Contexts[*c.ContextID]
	}
	if parsed.context == nil {
		return parsed, errors.New(`it has neither a "context" nor the "contextId" of one`)
	}
	switch {
	case c.ExpectError == "cycle" && c.Expect == nil:
		parsed.cycle = true
		return parsed, nil
	case c.ExpectError != "":
		return parsed, fmt.Errorf(`"expectError" is %q, or comes with "expect": only "cycle" on its own is known`, c.ExpectError)
	}
	want, ok := normal(c.Expect).(map[string]any)
	if !ok {
		return parsed, errors.New(`"expect" is missing or no object`)
	}
	for key, variant := range want {
		want[key] = normalVariant(variant)
	}
	parsed.want = want
	return parsed, nil
}

func (f *suiteFile) bucketingCases() ([]testCase, error) {
	if len(f.Expect) == 0 {
		return nil, errors.New(`"expect" is missing or empty`)
	}
	for flag, numbers := range f.Expect {
		if len(numbers) != len(f.IDs) {
			return nil, fmt.Errorf(`"expect" of flag %q has %d entries for %d ids`, flag, len(numbers), len(f.IDs))
		}
		for i, number := range numbers {
			if number < 0 || number >= len(f.VariantKeys) {
				return nil, fmt.Errorf(`"expect" of flag %q: entry %d is %d, but there are %d variantKeys`,
					flag, i, number, len(f.VariantKeys))
			}
		}
	}
	cases := make([]testCase, len(f.IDs))
	for i, id := range f.IDs {
		want := make(map[string]any, len(f.Expect))
		for flag, numbers := range f.Expect {
			want[flag] = nil
			if key := f.VariantKeys[numbers[i]]; key != nil {
				want[flag] = *key
			}
		}
		cases[i] = testCase{
			id:       fmt.Sprintf("ids[%d] %s", i, id),
			context:  bytes.Join([][]byte{[]byte(`{"user":{"user_id":`), id, []byte(`}}`)}, nil),
			keysOnly: true,
			want:     want,
		}
	}
	return cases, nil
}
