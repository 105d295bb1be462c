"""The product's speed and size, each figure beside what it is compared with: `make bench`."""
