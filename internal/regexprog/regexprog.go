// Package regexprog compiles regular expressions to programs for the C core.
//
// The standard library parses a pattern and compiles it, so that the accepted
// syntax is exactly that of the Go version that builds. This package only writes
// the outcome down as words that the core can run without knowing any syntax, case
// folding or Unicode tables. lib/core/xc_regex.h describes the words.
package regexprog

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// The numbers of the core's instructions.
const (
	opRune  = 1
	opClass = 2
	opAlt   = 3
	opEmpty = 4
	opMatch = 5
)

// Compile returns the program that tells whether a text of valid UTF-8 holds a match
// of pattern anywhere, as [regexp.MatchString] would. Its error is an [*Error], and there is
// one exactly for the patterns that [regexp.Compile] rejects. Every call builds
// a new program, which belongs to the caller; any number of them may run at once.
func Compile(pattern string) ([]uint32, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, &Error{Pattern: pattern, Err: err}
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, &Error{Pattern: pattern, Err: err}
	}
	return translate(prog), nil
}

// translation is a program that is being written. Only instructions that can be
// reached and do something get a number, in the order in which they are met.
type translation struct {
	prog    *syntax.Prog
	reached []uint32 // by number: the index in prog
	numbers []uint32 // by index in prog: the number and 1, or 0 for none yet

	classNumbers map[*rune]uint32
	instructions []uint32
	classes      []uint32
	classCount   uint32
	ranges       []uint32
}

func translate(prog *syntax.Prog) []uint32 {
	t := translation{prog: prog, numbers: make([]uint32, len(prog.Inst)), classNumbers: map[*rune]uint32{}}
	start := uint32(prog.Start)
	t.number(start)
	for i := 0; i < len(t.reached); i++ {
		t.instruction(&prog.Inst[t.reached[i]])
	}
	heads, anchored := t.heads(start)
	words := []uint32{uint32(len(t.reached)), t.classCount, uint32(len(t.ranges) / 2), 0}
	if anchored {
		words[3] = 1
	}
	return slices.Concat(words, heads[:], t.instructions, t.classes, t.ranges)
}

// number returns the number of an instruction, which it gets when first asked for.
func (t *translation) number(index uint32) uint32 {
	index = t.skip(index)
	if t.numbers[index] == 0 {
		t.reached = append(t.reached, index)
		t.numbers[index] = uint32(len(t.reached))
	}
	return t.numbers[index] - 1
}

// skip goes on from instructions that do nothing for a match without captures. It
// ends because every loop of a program has an alternative in it.
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

func (t *translation) instruction(inst *syntax.Inst) {
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		t.write(opAlt, t.number(inst.Out), t.number(inst.Arg))
	case syntax.InstEmptyWidth:
		t.write(opEmpty, t.number(inst.Out), inst.Arg)
	case syntax.InstMatch:
		t.write(opMatch, 0, 0)
	default:
		// An instruction that fails has no runes: to the core it is a class of none.
		if pairs := runes(inst); len(pairs) == 2 && pairs[0] == pairs[1] {
			t.write(opRune, t.number(inst.Out), uint32(pairs[0]))
		} else {
			t.write(opClass, t.number(inst.Out), t.class(inst))
		}
	}
}

func (t *translation) write(op, out, arg uint32) {
	t.instructions = append(t.instructions, op, out, arg)
}

// class returns the number of the class that holds what inst takes. The copies that a
// counted repeat makes of an instruction share their runes, and so one class: \pL{1000}
// would be five megabytes otherwise.
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

// heads returns the bytes at which a match can begin that does not begin where the
// text does, and whether there can be no such match at all. All other conditions
// are taken to hold, so there may be bytes too many but never too few.
func (t *translation) heads(start uint32) (set [8]uint32, anchored bool) {
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
	// A range over the end of ASCII has brought in 0x80 to 0xBF, which are inside runes.
	set[4], set[5] = 0, 0
	return set, anchored
}

// runes returns what inst takes as pairs of a first and a last rune, in ascending order.
func runes(inst *syntax.Inst) []rune {
	if len(inst.Rune) != 1 {
		return inst.Rune
	}
	// A single rune comes from a literal. Only there the compiler leaves case folding to us.
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

// leadByte returns the first byte of a rune in UTF-8. It takes surrogates too, which
// [utf8.EncodeRune] would replace: a class may begin or end with one, and lead bytes
// must ascend as runes do.
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
