package core_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// decimal matches the numbers of a numeric comparison, after trimming.
var decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// integer matches the JSON numbers that are their own text.
var integer = regexp.MustCompile(`^-?[0-9]+$`)

// strays are what randomNumber inserts into numbers; JavaScript would trim the
// last two.
var strays = strings.Split("+,-,.,e,E,_, ,x,0,\t,\r,\v,\f,\x00,n,\u00a0,\u2003", ",")

// TestNumber_AgreesWithGo compares parsed numbers and their text with strconv
// and encoding/json, on random cases that are made to be hard. XC_NUMBER_CASES
// sets their number. The seed is fixed, so that a failure can be reproduced.
func TestNumber_AgreesWithGo(t *testing.T) {
	t.Parallel()
	count := 300_000
	if text := os.Getenv("XC_NUMBER_CASES"); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		require.NoError(t, err, "XC_NUMBER_CASES must be the number of cases")
	}
	driver := build(t, "tests/driver_number.c")
	random := rand.New(rand.NewPCG(1, 2))
	const batch = 300_000
	for ; count > 0; count -= batch {
		lines := make([]string, 0, batch)
		for len(lines) < min(count, batch) {
			lines = append(lines, randomNumber(random))
		}
		compareNumbers(t, driver, lines)
		if t.Failed() {
			return
		}
	}
}

// TestNumber_GrammarAgreesWithGo does the same with every string of up to five
// bytes of the alphabet of numbers.
func TestNumber_GrammarAgreesWithGo(t *testing.T) {
	t.Parallel()
	texts := []string{""}
	for from := 0; len(texts[from]) < 5; from++ {
		for _, c := range "01.eE+- x" {
			texts = append(texts, texts[from]+string(c))
		}
	}
	compareNumbers(t, build(t, "tests/driver_number.c"), texts)
}

// compareNumbers runs the driver on lines and compares its results with Go's.
func compareNumbers(t *testing.T, driver string, lines []string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.Command(driver)
	command.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(t, command.Start())
	want := make([]string, len(lines)) // computed while the driver runs
	for i, line := range lines {
		want[i] = numberAsGo(line)
	}
	require.NoError(t, command.Wait(), "%s", stderr.String())
	results := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	require.Len(t, results, len(lines))
	wrong := 0
	for i, result := range results {
		if result != want[i] {
			t.Errorf("%q: got %s, want %s", lines[i], result, want[i])
			if wrong++; wrong == 20 {
				t.Fatal("stopping after 20 differences")
			}
		}
	}
}

// numberAsGo returns what the driver should print for a line, computed by Go's
// standard library.
func numberAsGo(line string) string {
	trimmed := strings.Trim(line, " \t\n\v\f\r")
	if !decimal.MatchString(trimmed) {
		return "- -" // every JSON number matches
	}
	value, _ := strconv.ParseFloat(trimmed, 64) // the only possible error is ErrRange, with an infinite value
	bits := fmt.Sprintf("%016x ", math.Float64bits(value))
	switch {
	case line != trimmed || !json.Valid([]byte(line)):
		return bits + "-"
	case integer.MatchString(line):
		if line == "-0" {
			line = "0"
		}
		return bits + line
	case math.IsInf(value, 0):
		return bits + strings.TrimPrefix(strconv.FormatFloat(value, 'g', -1, 64), "+") + "inity"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return bits + string(text)
}

// randomNumber returns a number, or almost a number, of a kind that is hard to
// parse or to write.
func randomNumber(random *rand.Rand) string {
	switch kind := random.IntN(20); {
	case kind < 3: // any double, with the digits that it needs, or more, or fewer
		format := "eEfg"[random.IntN(4)]
		return strconv.FormatFloat(randomFloat(random), format, random.IntN(26)-1, 64)
	case kind < 7: // common magnitudes
		value := (random.Float64() - 0.5) * math.Pow10(random.IntN(30)-8)
		return strconv.FormatFloat(value, "efg"[random.IntN(3)], random.IntN(19)-1, 64)
	case kind < 9: // few digits at any scale
		return fmt.Sprintf("%de%d", random.Int64N(int64(math.Pow10(1+random.IntN(18)))), random.IntN(700)-370)
	case kind < 11:
		return nearHalfway(random, randomFloat(random))
	case kind < 12: // subnormals, and the smallest normal numbers
		return nearHalfway(random, math.Float64frombits(random.Uint64()>>(11+random.IntN(53))))
	case kind < 13: // powers of two, where the rounding interval is asymmetric, and their neighbors
		bits := math.Float64bits(math.Ldexp(1, random.IntN(2098)-1074)) + uint64(random.IntN(3)) - 1
		return strconv.FormatFloat(math.Float64frombits(bits), 'e', random.IntN(20)-1, 64)
	case kind < 14: // binary fractions, for which two shortest texts may be equally near
		return big.NewRat(random.Int64(), 1<<random.IntN(12)).FloatString(12)
	case kind < 19:
		return randomDigits(random)
	default: // a number with a byte inserted, which may be wrong there
		text := randomDigits(random)
		at := random.IntN(len(text) + 1)
		return text[:at] + strays[random.IntN(len(strays))] + text[at:]
	}
}

// randomFloat returns a finite double; all bit patterns are equally likely.
func randomFloat(random *rand.Rand) float64 {
	for {
		if value := math.Float64frombits(random.Uint64()); !math.IsNaN(value) && !math.IsInf(value, 0) {
			return value
		}
	}
}

// nearHalfway returns the point halfway between a double and the next one away
// from zero, exactly, or slightly above or below, or with fewer digits.
func nearHalfway(random *rand.Rand, value float64) string {
	next := math.Float64frombits(math.Float64bits(value) + 1)
	if math.IsInf(next, 0) {
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	const precision = 64 // the sum of neighbors needs 54 bits
	sum := new(big.Float).SetPrec(precision).SetFloat64(value)
	sum.Add(sum, new(big.Float).SetPrec(precision).SetFloat64(next))
	sum.SetMantExp(sum, -1)
	if random.IntN(3) == 0 {
		return sum.Text('e', 14+random.IntN(30))
	}
	text := sum.Text('e', 780) // all its digits
	mantissa, exponent, _ := strings.Cut(text, "e")
	mantissa = strings.TrimRight(mantissa, "0")
	switch random.IntN(4) {
	case 0: // above, perhaps far after the significant digits
		mantissa += strings.Repeat("0", random.IntN(60)) + "1"
	case 1: // below
		last := len(mantissa) - 1
		if mantissa[last] != '.' {
			mantissa = mantissa[:last] + string(mantissa[last]-1) + strings.Repeat("9", random.IntN(60))
		}
	}
	if mantissa[len(mantissa)-1] == '.' {
		mantissa += "0"
	}
	return mantissa + "e" + exponent
}

// randomDigits returns an arbitrary JSON number, or almost one.
func randomDigits(random *rand.Rand) string {
	digits := func() string {
		text := make([]byte, 1+random.IntN(1+random.IntN(40)))
		for i := range text {
			text[i] = "00012345678999"[random.IntN(14)]
		}
		return string(text)
	}
	text := []string{"", "", "-", "+"}[random.IntN(4)] + digits()
	if random.IntN(2) == 0 {
		text += "." + digits()
	}
	if random.IntN(3) == 0 {
		text += fmt.Sprintf("e%+d", random.IntN(60)-30)
	}
	return text
}
