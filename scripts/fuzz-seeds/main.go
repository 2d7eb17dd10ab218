// Command fuzz-seeds writes the inputs that the fuzz targets of lib/core start
// from: flags and contexts of the conformance vectors, the benchmark data and
// the examples, each small enough to mutate well, in the form that its target
// reads. Run it from the root of the module:
//
//	go run ./scripts/fuzz-seeds -out DIR
//
// It creates a folder in DIR for each target.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

const (
	maxSeed       = 4096 // bytes
	casesPerSuite = 12
	flagsPerFile  = 24  // of the benchmark data and the examples
	maxProgram    = 250 // words, whose number is a byte of a seed
)

func main() {
	out := flag.String("out", "", "folder to write to (required)")
	flag.Parse()
	if *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := (writer{*out}).all(); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz-seeds:", err)
		os.Exit(1)
	}
}

// writer writes seeds into the folders of a folder, one for each target.
type writer struct{ folder string }

// seed writes one seed: parts with NUL bytes between them, unless they are too
// large. The file is named after its content, so that equal seeds are written
// once.
func (w writer) seed(target string, parts ...[]byte) error {
	content := bytes.Join(parts, []byte{0})
	if len(content) > maxSeed {
		return nil
	}
	folder := filepath.Join(w.folder, target)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	return os.WriteFile(filepath.Join(folder, hex.EncodeToString(sum[:8])), content, 0o644)
}

// all writes the seeds of all targets.
func (w writer) all() error {
	err := filepath.WalkDir("testdata/conformance", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".json") {
			return err
		}
		return w.suite(name)
	})
	if err != nil {
		return err
	}
	user, err := os.ReadFile("testdata/perf/user.json")
	if err != nil {
		return err
	}
	context := slices.Concat([]byte(`{"user":`), user, []byte("}"))
	documents, err := filepath.Glob("testdata/perf/flag*.json")
	if err != nil {
		return err
	}
	for _, name := range append(documents, "examples/flags.json") {
		if err := w.document(name, context); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return w.numbers()
}

// suite is a file of the conformance vectors.
type suite struct {
	Flags    []json.RawMessage          `json:"flags"`
	Contexts map[string]json.RawMessage `json:"contexts"`
	Cases    []struct {
		Context   json.RawMessage `json:"context"`
		ContextID string          `json:"contextId"`
	} `json:"cases"`
}

// suite writes the flags, the patterns and some of the cases of a suite.
func (w writer) suite(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var s suite
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, flag := range s.Flags {
		if i%4 == 0 {
			if err := w.flags(s.Flags[i:min(i+4, len(s.Flags))]); err != nil {
				return err
			}
		}
		if err := w.patterns(flag); err != nil {
			return err
		}
	}
	return w.cases(s)
}

// cases writes cases of a suite at even distances, each with all flags or, if
// that is too large, with a half of them, a quarter and so on.
func (w writer) cases(s suite) error {
	if len(s.Cases) == 0 {
		return nil
	}
	for i := range casesPerSuite {
		c := s.Cases[i*len(s.Cases)/casesPerSuite]
		context := c.Context
		if context == nil {
			context = s.Contexts[c.ContextID]
		}
		some := s.Flags
		for len(array(some))+len(context) > maxSeed && len(some) > 1 {
			half := len(some) / 2
			some = some[(i%2)*half : (i%2)*half+half]
		}
		if err := w.seed("evaluate", array(some), context); err != nil {
			return err
		}
	}
	return nil
}

// document writes the first flags of a file, alone and with a context.
func (w writer) document(name string, context []byte) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var flags []json.RawMessage
	if err := json.Unmarshal(text, &flags); err != nil {
		return err
	}
	for _, flag := range flags[:min(len(flags), flagsPerFile)] {
		one := array([]json.RawMessage{flag})
		if err := w.seed("compile", one); err != nil {
			return err
		}
		if err := w.seed("evaluate", one, context); err != nil {
			return err
		}
	}
	return nil
}

// flags writes flags as one seed, or one by one if they are too large together.
func (w writer) flags(flags []json.RawMessage) error {
	if all := array(flags); len(all) <= maxSeed {
		return w.seed("compile", all)
	}
	for _, flag := range flags {
		if err := w.seed("compile", array([]json.RawMessage{flag})); err != nil {
			return err
		}
	}
	return nil
}

// array returns a JSON array.
func array(items []json.RawMessage) []byte {
	parts := make([][]byte, len(items))
	for i, item := range items {
		parts[i] = item
	}
	return slices.Concat([]byte("["), bytes.Join(parts, []byte(",\n")), []byte("]"))
}

// patterns writes the programs of a flag's regular expressions.
func (w writer) patterns(text json.RawMessage) error {
	var flag struct {
		Segments []struct {
			Conditions [][]struct {
				Op     string   `json:"op"`
				Values []string `json:"values"`
			} `json:"conditions"`
		} `json:"segments"`
	}
	if json.Unmarshal(text, &flag) != nil {
		return nil // malformed on purpose
	}
	for _, segment := range flag.Segments {
		for _, group := range segment.Conditions {
			for _, condition := range group {
				if !strings.HasPrefix(condition.Op, "regex") {
					continue
				}
				for _, pattern := range condition.Values {
					if err := w.pattern(pattern); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// pattern writes the program of a pattern in both forms that the target reads,
// with the pattern itself as the text.
func (w writer) pattern(pattern string) error {
	words, err := regexprog.Compile(pattern)
	if err != nil || len(words) > maxProgram {
		return nil
	}
	numbers, err := json.Marshal(words)
	if err != nil {
		return err
	}
	programs := slices.Concat([]byte("["), numbers, []byte(",null,"), numbers, []byte("]"))
	if err := w.seed("patterns", programs, []byte(pattern)); err != nil {
		return err
	}
	binary := []byte{'w', byte(len(words))}
	for _, word := range words {
		if word > 0xFEFF { // the target repeats one byte four times: a good approximation
			word = 0xFF00 | word>>24
		}
		binary = append(binary, byte(word), byte(word>>8))
	}
	return w.seed("patterns", append(binary, pattern...))
}

// numbers writes numbers, and texts to lower.
func (w writer) numbers() error {
	for _, text := range []string{
		"0", "-0", "1.0", "1e0", "0.1", "1e21", "1e-7", "123456789012345678901234567890", "9007199254740993",
		"2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062327e-324", "1.7976931348623159e308",
		"1e400", "1e-400", "179769313486231580793728971405301e276", " 12 ", "+.5", "5.", "0x10", "Infinity",
		"0.000001", "0.0000001", "100000000000000000000", "1e23", "8.5e22", "ÀÉİſKÅȺⱥ", "\u0130\u1E9E",
	} {
		if err := w.seed("number", []byte(text)); err != nil {
			return err
		}
	}
	return nil
}
