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

// Suite is a file of vectors: flags, and cases with their expected results. It
// is read-only after Load.
type Suite struct {
	// Name is the name in the suite, or the file name without its extension.
	Name string

	// flags and all contexts stay as they are in the file: the vectors also
	// check member order and the way numbers are written.
	flags json.RawMessage
	cases []testCase
}

// testCase is one evaluation and its whole expected result.
type testCase struct {
	id       string
	context  json.RawMessage
	flagKeys []string
	// keysOnly means that only the keys of variants are compared, and only for
	// the flags in want.
	keysOnly bool
	// cycle means that the evaluation must fail because of a dependency cycle.
	cycle bool
	// want holds the normal form of a variant by flag key. With keysOnly it
	// holds the variant's key instead, or nil if the flag must have no result.
	want map[string]any
}

// suiteFile is the format of a file, which testdata/conformance/README.md
// describes.
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

// caseFile is the format of a case.
type caseFile struct {
	ID          string          `json:"id"`
	Context     json.RawMessage `json:"context"`
	ContextID   *string         `json:"contextId"`
	FlagKeys    []string        `json:"flagKeys"`
	Expect      json.RawMessage `json:"expect"`
	ExpectError string          `json:"expectError"`
}

// Files returns the suites at a path, in order: the file itself, or every .json
// file in the folder and below it. It returns an error if there are none, so
// that a misspelled path never passes.
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
		return nil, fmt.Errorf("finding suites: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("finding suites: no .json file in %s", path)
	}
	return files, nil
}

// Load reads a suite. It returns an error that names the place if the file has
// another format or a case would check nothing.
func Load(path string) (*Suite, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("loading suite: %w", err)
	}
	suite, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("loading suite %s: %w", path, err)
	}
	if suite.Name == "" {
		suite.Name = strings.TrimSuffix(filepath.Base(path), ".json")
	}
	return suite, nil
}

// parse decodes a suite and checks its format.
func parse(data []byte) (*Suite, error) {
	var file suiteFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if len(file.Flags) == 0 {
		return nil, errors.New(`"flags" is missing`)
	}
	suite := &Suite{Name: file.Name, flags: file.Flags}
	var err error
	switch file.Kind {
	case "":
		suite.cases, err = file.plainCases()
	case "bucketing":
		suite.cases, err = file.bucketingCases()
	default:
		err = fmt.Errorf("unknown kind %q", file.Kind)
	}
	if err == nil && len(suite.cases) == 0 {
		err = errors.New("there are no cases")
	}
	return suite, err
}

// plainCases returns the cases of a suite without a kind.
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

// plainCase checks and converts one case.
func (f *suiteFile) plainCase(c caseFile) (testCase, error) {
	parsed := testCase{id: c.ID, context: c.Context, flagKeys: c.FlagKeys}
	if c.ContextID != nil {
		parsed.context = f.Contexts[*c.ContextID]
	}
	if parsed.context == nil {
		return parsed, errors.New(`there is neither a "context" nor a known "contextId"`)
	}
	switch {
	case c.ExpectError == "cycle" && c.Expect == nil:
		parsed.cycle = true
		return parsed, nil
	case c.ExpectError != "":
		return parsed, fmt.Errorf(`"expectError" is %q or comes with "expect": only "cycle" alone is valid`,
			c.ExpectError)
	}
	want, ok := normalize(c.Expect).(map[string]any)
	if !ok {
		return parsed, errors.New(`"expect" is missing or not an object`)
	}
	for key, variant := range want {
		want[key] = normalizeVariant(variant)
	}
	parsed.want = want
	return parsed, nil
}

// bucketingCases returns a case for each ID of a suite of kind "bucketing".
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
