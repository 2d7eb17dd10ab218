package benchmarks

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"sync"
)

// generator writes the flags and users that all benchmarks of the project use.
// They come from an internal package, which another module cannot import.
const generator = "github.com/amplitude/experiment-go-server/scripts/bench-data"

// GeneratedFlags returns the first n flags as the service sends them. It runs a
// command of the root module, so the current folder must be in this module.
func GeneratedFlags(n int) ([]byte, error) { return generate("flags", n) }

// Key returns the key of flag i, which is one of the first 100.
func Key(i int) string {
	keys, err := firstKeys()
	if err != nil {
		panic(fmt.Sprintf("benchmarks: %v", err))
	}
	return keys[i]
}

var firstKeys = sync.OnceValues(func() ([]string, error) {
	document, err := GeneratedFlags(100)
	if err != nil {
		return nil, err
	}
	var flags []struct{ Key string }
	if err := json.Unmarshal(document, &flags); err != nil {
		return nil, fmt.Errorf("decoding flags: %w", err)
	}
	keys := make([]string, len(flags))
	for i, flag := range flags {
		keys[i] = flag.Key
	}
	return keys, nil
})

func generate(what string, n int) ([]byte, error) {
	out, err := exec.Command("go", "run", generator, what, strconv.Itoa(n)).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		return nil, fmt.Errorf("generating %s: %w", what, err)
	}
	return out, nil
}
