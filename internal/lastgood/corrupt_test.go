package lastgood

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeSmall writes a file that has names, padding and all fields, and returns
// its bytes.
func writeSmall(t testing.TB, s *Store) []byte {
	t.Helper()
	sections := []Section{{"state", pattern(70, 1)}, {"flags", pattern(65, 2)}}
	require.NoError(t, s.Write(context.Background(), nil, sections...))
	content, err := os.ReadFile(s.path)
	require.NoError(t, err)
	require.Len(t, content, 192+128+65)
	return content
}

func TestRead_FindsEveryFlippedBit(t *testing.T) {
	s := newStore(t)
	content := writeSmall(t, s)
	for i := range content {
		for bit := range 8 {
			content[i] ^= 1 << bit
			require.NoError(t, os.WriteFile(s.path, content, 0o600))
			_, err := s.Read(context.Background())
			wanted := ErrCorrupt
			if i >= 8 && i < 12 {
				wanted = ErrOtherVersion
			}
			require.ErrorIs(t, err, wanted, "bit %d of byte %d", bit, i)
			content[i] ^= 1 << bit
		}
	}
}

func TestRead_FindsEveryChangedByte(t *testing.T) {
	s := newStore(t)
	content := writeSmall(t, s)
	for i := range content {
		before := content[i]
		for _, c := range []byte{0, 0xff, before + 1, ^before} {
			if content[i] = c; c == before {
				continue
			}
			require.NoError(t, os.WriteFile(s.path, content, 0o600))
			_, err := s.Read(context.Background())
			require.Error(t, err, "byte %d is %#x", i, c)
		}
		content[i] = before
	}
}

func TestRead_FindsEveryTruncation(t *testing.T) {
	s := newStore(t)
	content := writeSmall(t, s)
	for i := range content {
		require.NoError(t, os.WriteFile(s.path, content[:i], 0o600))
		_, err := s.Read(context.Background())
		require.ErrorIs(t, err, ErrCorrupt, "%d bytes", i)
	}
}

func TestRead_FindsBytesAfterTheEnd(t *testing.T) {
	s := newStore(t)
	content := writeSmall(t, s)
	for _, more := range []int{1, 63, 64, 4096, chunkLength} {
		longer := append(content[:len(content):len(content)], make([]byte, more)...)
		require.NoError(t, os.WriteFile(s.path, longer, 0o600))
		_, err := s.Read(context.Background())
		require.ErrorIs(t, err, ErrCorrupt)
		require.ErrorContains(t, err,
			fmt.Sprintf("it has %d bytes, but %d according to its header", len(longer), len(content)))
	}
}

func TestRead_FindsChangesInMappedFiles(t *testing.T) {
	s := newStore(t)
	require.NoError(t, s.Write(context.Background(), nil,
		Section{"one", pattern(chunkLength+1, 1)}, Section{"two", pattern(chunkLength, 2)}))
	f, err := s.Read(context.Background())
	require.NoError(t, err)
	const begin = 192
	require.Equal(t, begin, f.header.length)
	for at, where := range map[int]string{
		0:                                   `the checksum of bytes 192 to 1048767, of "one", does not match`,
		blockLength - 1:                     `of "one"`,
		blockLength:                         `of "one"`,
		chunkLength - 1:                     `of "one"`,
		chunkLength:                         `bytes 1048768 to 2097343, of "one", "two", does not match`,
		chunkLength + 1:                     `of "one", "two"`, // padding
		chunkLength + alignment:             `of "one", "two"`,
		2*chunkLength + alignment - 1:       `the checksum of bytes 2097344 to 2097407, of "two", does not match`,
		f.header.dataLength() - 1:           `of "two"`,
		f.header.dataLength() - 2*64:        `of "one", "two"`,
		f.header.dataLength() - 64:          `of "two"`,
		f.header.dataLength() - 64 - 1:      `of "one", "two"`,
		f.header.dataLength()/2 - 12345:     `of "one"`,
		f.header.dataLength()/2 + alignment: `of "one", "two"`,
	} {
		flip(t, s.path, int64(begin+at))
		_, err := s.Read(context.Background())
		assert.ErrorIs(t, err, ErrCorrupt, at)
		assert.ErrorContains(t, err, where, at)
		flip(t, s.path, int64(begin+at))
	}
	_, err = s.Read(context.Background())
	require.NoError(t, err)
}

// flip flips the bits of a byte of a file, in place.
func flip(t *testing.T, path string, offset int64) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer file.Close()
	var b [1]byte
	_, err = file.ReadAt(b[:], offset)
	require.NoError(t, err)
	b[0] = ^b[0]
	_, err = file.WriteAt(b[:], offset)
	require.NoError(t, err)
}

func TestRead_ReportsOtherFiles(t *testing.T) {
	s := newStore(t)
	small := writeSmall(t, s)
	nextVersion := append([]byte(nil), small...)
	nextVersion[8]++
	noHeader := append([]byte(nil), small...)
	binary.LittleEndian.PutUint32(noHeader[12:], 1<<30)
	for content, wanted := range map[string]string{
		"": "the file is corrupt: it has 0 bytes, which is less than a header",
		`[{"key":"a-flag"}]`: "the file is corrupt: it does not begin as a file of the SDK does: " +
			"was it written by another program?",
		string(nextVersion):   "the file has another format version: 2 instead of 1",
		string(noHeader):      "the file is corrupt: its header cannot have 1073741824 bytes",
		string(small[:100]):   "the file is corrupt: it ends at byte 100, within its header of 192 bytes",
		string(small) + "end": "the file is corrupt: it has 388 bytes, but 385 according to its header",
	} {
		require.NoError(t, os.WriteFile(s.path, []byte(content), 0o600))
		_, err := s.Read(context.Background())
		assert.EqualError(t, err, "reading "+s.path+": "+wanted)
	}
}

func TestRead_RefusesAFileThatIsTooLarge(t *testing.T) {
	s := newStore(t)
	writeSmall(t, s)
	require.NoError(t, os.Truncate(s.path, MaxFileSize+1))
	_, err := s.Read(context.Background())
	assert.ErrorIs(t, err, ErrTooLarge)
}

// FuzzDecodeHeader looks for fields that decode to something other than what
// was encoded. What is checked before the fields is made right.
func FuzzDecodeHeader(f *testing.F) {
	s := newStore(f)
	f.Add(writeSmall(f, s)[:192])
	require.NoError(f, s.Write(context.Background(), nil))
	empty, err := os.ReadFile(s.path)
	require.NoError(f, err)
	f.Add(empty)
	f.Fuzz(func(t *testing.T, encoded []byte) {
		if len(encoded) < fixedLength+4 || len(encoded) > maxHeaderLength || len(encoded)%alignment != 0 {
			return
		}
		body := encoded[:len(encoded)-4]
		h, err := decodeHeader(body)
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		copy(encoded, magic)
		binary.LittleEndian.PutUint32(encoded[8:], formatVersion)
		binary.LittleEndian.PutUint32(encoded[12:], uint32(len(encoded)))
		binary.LittleEndian.PutUint32(encoded[len(body):], crc32.Checksum(body, castagnoli))
		require.Equal(t, encoded, h.encode())
	})
}
