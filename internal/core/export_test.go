//go:build cgo

package core

// ScratchBytes returns how much working memory a Scratch holds for the core.
func ScratchBytes(s *Scratch) int { return 8 * len(s.words) }
