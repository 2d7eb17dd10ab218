package lastgood

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
)

// maxUnsynced is how many bytes are written before they are forced to the disk,
// so that neither a canceled write nor the programs that share the disk wait
// for hundreds of megabytes.
const maxUnsynced = 32 << 20

// replace writes a file beside path and renames it to path. The caller holds
// the lock.
func (s *Store) replace(ctx context.Context, path, name string, sections []Section) error {
	// This follows a link, which may lead to a device, as /dev/stdout does.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%w (it is a %s)", ErrNotRegular, info.Mode().Type())
	}
	h, err := newHeader(name, s.key, sections)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+temporary+"*") // has mode 0600
	if err != nil {
		return explainCreate(err)
	}
	err = writeFile(ctx, file, h, sections)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
		return fmt.Errorf("%w; the previous file, if there is one, is unchanged", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the file was replaced, but may be lost if the system crashes: %w", err)
	}
	return nil
}

// explainCreate returns what to do about an error of creating a file.
func explainCreate(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: create the folder", err)
	}
	return fmt.Errorf("%w: can the program write to the folder?", err)
}

// writeFile writes the data and then, since it has the checksums of the data,
// the header. It forces both to the disk.
func writeFile(ctx context.Context, file *os.File, h *header, sections []Section) error {
	w := dataWriter{ctx: ctx, file: file, header: h}
	for i, section := range sections {
		padding := make([]byte, h.spans[i].offset-w.written)
		if err := w.write(padding); err != nil {
			return err
		}
		if err := w.write(section.Data); err != nil {
			return err
		}
	}
	if _, err := file.WriteAt(h.encode(), 0); err != nil {
		return err
	}
	return file.Sync()
}

// dataWriter writes data and puts its checksums into the header.
type dataWriter struct {
	ctx      context.Context
	file     *os.File
	header   *header
	written  int // of the data
	unsynced int
}

func (w *dataWriter) write(data []byte) error {
	for len(data) > 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		chunk := w.written / chunkLength
		_, end := w.header.chunk(chunk)
		block := data[:min(len(data), end-w.written)]
		if _, err := w.file.WriteAt(block, int64(w.header.length+w.written)); err != nil {
			return err
		}
		w.header.checksums[chunk] = crc32.Update(w.header.checksums[chunk], castagnoli, block)
		w.written += len(block)
		w.unsynced += len(block)
		if w.unsynced >= maxUnsynced {
			if err := w.file.Sync(); err != nil {
				return err
			}
			w.unsynced = 0
		}
		data = data[len(block):]
	}
	return nil
}
