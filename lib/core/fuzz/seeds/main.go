// Command seeds writes what the fuzz targets start from: the flags and contexts
// of the conformance vectors, the benchmark data and the real flags, each small
// enough to be mutated well, in the form that its target reads.
//
//	go run ./lib/core/fuzz/seeds -out DIR
//
// Run it from the root of the project. DIR gets a folder for each target.
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
	"strings"

	"github.com/amplitude/experiment-go-server/internal/regexprog"
)

const (
	largest   = 4096 // bytes of a seed
	suiteSize = 12   // cases taken of each suite
)

func main() {
	out := flag.String("out", "", "folder to write to (required)")
	flag.Parse()
	if *out == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := (writer{*out}).all(); err != nil {
		fmt.Fprintln(os.Stderr, "seeds:", err)
		os.Exit(1)
	}
}

type writer struct{ folder string }

// seed writes one seed, named by its content so that equal ones are one.
func (w writer) seed(target string, parts ...[]byte) error {
	content := bytes.Join(parts, []byte{0})
	if len(content) > largest {
		return nil
	}
	folder := filepath.Join(w.folder, target)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	return os.WriteFile(filepath.Join(folder, hex.EncodeToString(sum[:8])), content, 0o644)
}

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
	user = slicesOf([]byte(`{"user":`), user, []byte("}"))
	documents, err := filepath.Glob("testdata/perf/flag*.json")
	if err != nil {
		return err
	}
	for _, name := range append(documents, "examples/flags.json") {
		if err := w.document(name, user); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return w.numbers()
}

func slicesOf(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

type suite struct {
	Flags    []json.RawMessage          `json:"flags"`
	Contexts map[string]json.RawMessage `json:"contexts"`
	Cases    []struct {
		Context   json.RawMessage `json:"context"`
		ContextID string          `json:"contextId"`
	} `json:"cases"`
}

// suite spreads its seeds over the cases of a suite, pairing each with some of the flags.
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
	for i := range suiteSize {
		if len(s.Cases) == 0 {
			break
		}
		c := s.Cases[i*len(s.Cases)/suiteSize]
		context := c.Context
		if context == nil {
			context = s.Contexts[c.ContextID]
		}
		some := s.Flags
		for len(array(some))+len(context) > largest && len(some) > 1 {
			half := len(some) / 2
			some = some[(i%2)*half : (i%2)*half+half]
		}
		if err := w.seed("evaluate", array(some), context); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) document(name string, user []byte) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var flags []json.RawMessage
	if err := json.Unmarshal(text, &flags); err != nil {
		return err
	}
	for _, flag := range flags[:min(len(flags), 24)] {
		one := array([]json.RawMessage{flag})
		if err := w.seed("compile", one); err != nil {
			return err
		}
		if err := w.seed("evaluate", one, user); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) flags(flags []json.RawMessage) error {
	if all := array(flags); len(all) <= largest {
		return w.seed("compile", all)
	}
	for _, flag := range flags {
		if err := w.seed("compile", array([]json.RawMessage{flag})); err != nil {
			return err
		}
	}
	return nil
}

func array(items []json.RawMessage) []byte {
	parts := make([][]byte, len(items))
	for i, item := range items {
		parts[i] = item
	}
	return slicesOf([]byte("["), bytes.Join(parts, []byte(",\n")), []byte("]"))
}

// patterns writes the programs of a flag's regular expressions, in both forms of
// the target, with the pattern itself as the text.
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

func (w writer) pattern(pattern string) error {
	words, err := regexprog.Compile(pattern)
	if err != nil || len(words) > 250 {
		return nil
	}
	numbers, err := json.Marshal(words)
	if err != nil {
		return err
	}
	programs := slicesOf([]byte("["), numbers, []byte(",null,"), numbers, []byte("]"))
	if err := w.seed("patterns", programs, []byte(pattern)); err != nil {
		return err
	}
	binary := []byte{'w', byte(len(words))}
	for _, word := range words {
		if word > 0xFEFF { // the target makes four equal bytes of it: near enough
			word = 0xFF00 | word>>24
		}
		binary = append(binary, byte(word), byte(word>>8))
	}
	return w.seed("patterns", append(binary, pattern...))
}

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
