package io.sluice.examples.spring;

import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the page asks for. Thread-safe. */
@RestController
class Shop {

  private final Orders orders;

  Shop(Orders orders) {
    this.orders = orders;
  }

  @PostMapping("/orders")
  Order place(Principal who, @RequestParam String item) {
    return orders.place(who.getName(), item);
  }

  @PostMapping("/orders/{id}/pack")
  Order pack(@PathVariable long id) {
    return orders.pack(id);
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.CONFLICT)
  String refused(IllegalStateException why) {
    return String.valueOf(why.getMessage());
  }
}
