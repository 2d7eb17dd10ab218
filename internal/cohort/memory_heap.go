//go:build !unix

package cohort

func mapBlock(n int) (block, error) { return block{words: make([]uint64, n)}, nil }

func (b block) release() {}
