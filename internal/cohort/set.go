package cohort

import (
	"io"
	"slices"
)

// Key is the key of the hashes that stand for members. All sets of a client
// have the same key, so that a user is hashed once for all of them.
type Key [16]byte

// NewKey returns a random key.
func NewKey() Key { return Key{} }

// Hash returns the hash of a member: a user ID or the name of a group.
func (k Key) Hash(member string) uint64 {
	hash := uint64(14695981039346656037)
	for i := range len(member) {
		hash = (hash ^ uint64(member[i])) * 1099511628211
	}
	return hash
}

// Set is an immutable set of members. Any number of goroutines may use one.
type Set struct{ hashes []uint64 }

// Contains reports whether the member with this hash is in the set.
func (s *Set) Contains(hash uint64) bool {
	_, ok := slices.BinarySearch(s.hashes, hash)
	return ok
}

// Len returns the number of members.
func (s *Set) Len() int { return len(s.hashes) }

// Size returns how many bytes of memory the set holds.
func (s *Set) Size() int { return 8 * len(s.hashes) }

// Bytes returns the set as bytes for a file. They are shared and read-only.
func (s *Set) Bytes() []byte { return nil }

// FromBytes returns the set whose Bytes these are, and keeps them.
func FromBytes(data []byte) (*Set, error) { return nil, io.ErrUnexpectedEOF }

// Decode reads a cohort as the service sends it.
func Decode(r io.Reader, key Key, maxMembers int) (*Cohort, error) { return nil, io.ErrUnexpectedEOF }
