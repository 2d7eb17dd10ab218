// Package regexprog compiles regular expressions to programs for the C core.
//
// The standard library parses and compiles a pattern. The accepted syntax is
// therefore exactly the syntax of the Go version that builds the program. This
// package only encodes the result as words, which the core can run without
// knowing any syntax, case folding or Unicode tables. lib/core/xc_regex.h
// describes the words.
package regexprog

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// The opcodes of the core.
const (
	opRune  = 1
	opClass = 2
	opAlt   = 3
	opEmpty = 4
	opMatch = 5
)

// Compile returns a program that finds whether a string of valid UTF-8 contains
// a match of pattern anywhere, as [regexp.MatchString] does. It returns an
// [*Error] for the patterns that [regexp.Compile] rejects, for patterns of more
// than 4,096 bytes, and for patterns whose program has more than 32,768 words.
// Each call makes a new program, which belongs to the caller. Compile is safe
// for concurrent use.
func Compile(pattern string) ([]uint32, error) {
	return new(Compiler).Compile(pattern)
}

// translation is a program in the making. Only instructions that are reachable
// and do something get a number, in the order in which they are reached.
type translation struct {
	prog    *syntax.Prog
	reached []uint32 // by number: the index in prog
	numbers []uint32 // by index in prog: the number plus 1, or 0 before it has one

	classNumbers map[*rune]uint32 // by the address of the first rune in prog
	instructions []uint32
	classes      []uint32
	classCount   uint32
	ranges       []uint32
}

// translate returns the core's program for a program of the standard library.
func translate(prog *syntax.Prog) []uint32 {
	t := translation{prog: prog, numbers: make([]uint32, len(prog.Inst)), classNumbers: map[*rune]uint32{}}
	start := uint32(prog.Start)
	t.number(start)
	for i := 0; i < len(t.reached); i++ {
		t.instruction(&prog.Inst[t.reached[i]])
	}
	firstBytes, anchored := t.firstBytes(start)
	words := []uint32{uint32(len(t.reached)), t.classCount, uint32(len(t.ranges) / 2), 0}
	if anchored {
		words[3] = 1
	}
	return slices.Concat(words, firstBytes[:], t.instructions, t.classes, t.ranges)
}

// number returns the number of the instruction at an index of prog. It assigns
// the next number if the instruction has none yet.
func (t *translation) number(index uint32) uint32 {
	index = t.skip(index)
	if t.numbers[index] == 0 {
		t.reached = append(t.reached, index)
		t.numbers[index] = uint32(len(t.reached))
	}
	return t.numbers[index] - 1
}

// skip returns the index of the first instruction from index on that matters to
// a match without captures. It ends because every loop of a program contains an
// alternative.
func (t *translation) skip(index uint32) uint32 {
	for {
		switch inst := &t.prog.Inst[index]; inst.Op {
		case syntax.InstNop, syntax.InstCapture:
			index = inst.Out
		default:
			return index
		}
	}
}

// instruction appends the core's form of an instruction.
func (t *translation) instruction(inst *syntax.Inst) {
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		t.write(opAlt, t.number(inst.Out), t.number(inst.Arg))
	case syntax.InstEmptyWidth:
		t.write(opEmpty, t.number(inst.Out), inst.Arg)
	case syntax.InstMatch:
		t.write(opMatch, 0, 0)
	default:
		// An instruction that always fails has no runes: the core gets an empty
		// class.
		if pairs := runes(inst); len(pairs) == 2 && pairs[0] == pairs[1] {
			t.write(opRune, t.number(inst.Out), uint32(pairs[0]))
		} else {
			t.write(opClass, t.number(inst.Out), t.class(inst))
		}
	}
}

// write appends an instruction.
func (t *translation) write(op, out, arg uint32) {
	t.instructions = append(t.instructions, op, out, arg)
}

// class returns the number of the class of the runes that inst matches. The
// copies that a counted repeat makes of an instruction share their runes, and
// therefore one class. Otherwise \pL{1000} would take five megabytes.
func (t *translation) class(inst *syntax.Inst) uint32 {
	var first *rune
	if len(inst.Rune) > 0 {
		first = &inst.Rune[0]
	}
	number, ok := t.classNumbers[first]
	if ok {
		return number
	}
	number = t.classCount
	t.classNumbers[first] = number
	t.classCount++

	var ascii [4]uint32
	from := uint32(len(t.ranges) / 2)
	for pair := range slices.Chunk(runes(inst), 2) {
		for r := pair[0]; r <= min(pair[1], unicode.MaxASCII); r++ {
			ascii[r/32] |= 1 << (r % 32)
		}
		if pair[1] > unicode.MaxASCII {
			t.ranges = append(t.ranges, uint32(max(pair[0], utf8.RuneSelf)), uint32(pair[1]))
		}
	}
	t.classes = append(t.classes, ascii[:]...)
	t.classes = append(t.classes, from, uint32(len(t.ranges)/2)-from)
	return number
}

// firstBytes returns the bytes that can begin a match anywhere after the start
// of the text. It also reports whether no match can begin there at all. It
// takes all other conditions as met, so the set may have too many bytes but
// never too few.
func (t *translation) firstBytes(start uint32) (set [8]uint32, anchored bool) {
	anchored = true
	seen := map[uint32]bool{}
	for stack := []uint32{start}; len(stack) > 0; {
		index := t.skip(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
		if seen[index] {
			continue
		}
		seen[index] = true
		switch inst := &t.prog.Inst[index]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, inst.Out, inst.Arg)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&syntax.EmptyBeginText == 0 {
				stack = append(stack, inst.Out)
			}
		case syntax.InstMatch:
			// An empty match can begin at any rune.
			for i := range set {
				set[i] = 1<<32 - 1
			}
			anchored = false
		default:
			for pair := range slices.Chunk(runes(inst), 2) {
				for b := leadByte(pair[0]); b <= leadByte(pair[1]); b++ {
					set[b/32] |= 1 << (b % 32)
				}
				anchored = false
			}
		}
	}
	// Ranges that begin in ASCII and end beyond it have added 0x80 to 0xBF,
	// which occur only inside runes.
	set[4], set[5] = 0, 0
	return set, anchored
}

// runes returns the runes that inst matches, as pairs of a first and a last
// rune in ascending order.
func runes(inst *syntax.Inst) []rune {
	if len(inst.Rune) != 1 {
		return inst.Rune
	}
	// A single rune comes from a literal. The compiler expands case folding in
	// classes but leaves it to us in literals.
	r := inst.Rune[0]
	folds := []rune{r}
	if syntax.Flags(inst.Arg)&syntax.FoldCase != 0 {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			folds = append(folds, f)
		}
		slices.Sort(folds)
	}
	var pairs []rune
	for _, f := range folds {
		pairs = append(pairs, f, f)
	}
	return pairs
}

// leadByte returns the first byte of a rune in UTF-8. Unlike [utf8.EncodeRune]
// it does not replace surrogates: a class may begin or end with one, and lead
// bytes must ascend as runes do.
func leadByte(r rune) uint32 {
	switch {
	case r < 0x80:
		return uint32(r)
	case r < 0x800:
		return 0xC0 | uint32(r)>>6
	case r < 0x10000:
		return 0xE0 | uint32(r)>>12
	default:
		return 0xF0 | uint32(r)>>18
	}
}
